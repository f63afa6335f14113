//! The operations of the made-up vendor.

use toolwright_runtime::table::*;

use super::fixture::{ID, TEXT, in_body, query};

pub(super) const ME: &[PathPart] = &[PathPart::Literal("/me.json")];
const USERS: &[PathPart] = &[PathPart::Literal("/users")];
const USER_BY_ID: &[PathPart] = &[
    PathPart::Literal("/users/"),
    PathPart::Argument("id"),
    PathPart::Literal(".json"),
];

const ROWS: Response = Response {
    at: &[Step::Key("items")],
    form: ResponseForm::Rows {
        missing_is_empty: false,
    },
    shape: Shape::Any,
};
const RECORD: Response = Response {
    at: &[],
    form: ResponseForm::Record,
    shape: Shape::Any,
};

/// A list without pages at no path.
pub(in crate::sandbox) const BASE: Operation = Operation {
    name: "",
    aliases: &[],
    resource: "",
    method: "",
    kind: MethodKind::Custom,
    effect: Effect::Read,
    tags: &[],
    http: Http::Get,
    host: 0,
    path: &[],
    query: &[],
    headers: &[],
    args: &[],
    renamed: &[],
    body: Body::None,
    response: ROWS,
    pagination: None,
    tool: None,
};

const SIZE: Option<PageSize> = Some(PageSize {
    parameter: "size",
    default: 4,
    max: 12,
});
const TOTAL: Stop = Stop::Total(&[Step::Key("info"), Step::Key("total")]);
const MORE: Stop = Stop::More(&[Step::Key("info"), Step::Key("more")]);
const NEXT: JsonPath = &[Step::Key("info"), Step::Key("next")];

pub(super) static PAGES: Operation = Operation {
    name: "pages",
    path: USERS,
    args: &[query("status", false)],
    pagination: Some(&Pagination {
        style: PageStyle::Page {
            parameter: "page",
            first: 1,
        },
        size: SIZE,
        stop: MORE,
    }),
    ..BASE
};

pub(super) static MINE: Operation = Operation {
    name: "mine",
    path: USERS,
    query: &[("status", "mine")],
    ..BASE
};

pub(super) static OFFSET: Operation = Operation {
    name: "offset",
    path: &[PathPart::Literal("/scim/users")],
    args: &[query("filter", false)],
    pagination: Some(&Pagination {
        style: PageStyle::Offset {
            parameter: "startIndex",
            first: 1,
        },
        size: SIZE,
        stop: TOTAL,
    }),
    ..BASE
};

pub(super) static CURSOR: Operation = Operation {
    name: "cursor",
    path: &[PathPart::Literal("/cursor")],
    args: &[query("role", false)],
    pagination: Some(&Pagination {
        style: PageStyle::Cursor {
            parameter: "after",
            next: NEXT,
            alone: false,
        },
        size: SIZE,
        stop: Stop::NoNext,
    }),
    ..BASE
};

pub(super) static ALONE: Operation = Operation {
    name: "alone",
    path: &[PathPart::Literal("/alone")],
    query: &[("v", "2")],
    args: &[query("role", false), query("since", true)],
    pagination: Some(&Pagination {
        style: PageStyle::Cursor {
            parameter: "after",
            next: NEXT,
            alone: true,
        },
        size: SIZE,
        stop: MORE,
    }),
    ..BASE
};

pub(super) static MIXED: Operation = Operation {
    name: "mixed",
    path: &[PathPart::Literal("/mixed")],
    pagination: Some(&Pagination {
        style: PageStyle::PageThenToken {
            page_parameter: "page",
            first: 0,
            token_parameter: "token",
            next: NEXT,
            switch_after: 7,
        },
        size: SIZE,
        stop: MORE,
    }),
    ..BASE
};

pub(super) static LINKS: Operation = Operation {
    name: "links",
    path: &[PathPart::Literal("/links")],
    args: &[query("role", false)],
    response: Response { at: &[], ..ROWS },
    pagination: Some(&Pagination {
        style: PageStyle::LinkHeader,
        size: SIZE,
        stop: Stop::NoNext,
    }),
    ..BASE
};

pub(super) static WHOLE: Operation = Operation {
    name: "whole",
    path: &[PathPart::Literal("/whole")],
    args: &[query("role", false)],
    response: Response {
        form: ResponseForm::Rows {
            missing_is_empty: true,
        },
        ..ROWS
    },
    ..BASE
};

pub(super) static GET: Operation = Operation {
    name: "get",
    path: USER_BY_ID,
    args: &[ID],
    response: Response {
        at: &[Step::Key("users"), Step::Index(0)],
        form: ResponseForm::Record,
        shape: Shape::Any,
    },
    ..BASE
};

pub(super) static ME_GET: Operation = Operation {
    name: "me",
    path: ME,
    response: Response {
        form: ResponseForm::RowOfOne,
        ..RECORD
    },
    ..BASE
};

pub(super) static CREATE: Operation = Operation {
    name: "create",
    effect: Effect::Create,
    http: Http::Post,
    path: USERS,
    args: &[
        in_body(&["email"], true, TEXT),
        in_body(&["name", "first"], true, TEXT),
    ],
    body: Body::Json {
        wrap: &[Step::Key("users"), Step::Index(0)],
        constants: &[],
    },
    response: RECORD,
    ..BASE
};

pub(super) static UPDATE: Operation = Operation {
    name: "update",
    effect: Effect::Update,
    http: Http::Patch,
    path: USER_BY_ID,
    args: &[ID, in_body(&["name", "first"], false, TEXT)],
    body: Body::Json {
        wrap: &[],
        constants: &[],
    },
    response: RECORD,
    ..BASE
};

pub(super) static FORM: Operation = Operation {
    name: "form",
    effect: Effect::Update,
    http: Http::Put,
    path: USER_BY_ID,
    args: &[
        ID,
        in_body(
            &["age"],
            false,
            Shape::Integer {
                min: None,
                max: None,
            },
        ),
        in_body(&["name", "first"], false, TEXT),
        in_body(
            &["tags"],
            false,
            Shape::Array {
                items: &TEXT,
                min: None,
                max: None,
            },
        ),
    ],
    body: Body::Form { constants: &[] },
    response: RECORD,
    ..BASE
};

pub(super) static MULTIPART: Operation = Operation {
    name: "multipart",
    path: &[PathPart::Literal("/photos/"), PathPart::Argument("id")],
    body: Body::Multipart { constants: &[] },
    ..FORM_BASE
};

const FORM_BASE: Operation = Operation {
    effect: Effect::Update,
    http: Http::Put,
    args: &[
        ID,
        in_body(
            &["age"],
            false,
            Shape::Integer {
                min: None,
                max: None,
            },
        ),
    ],
    response: RECORD,
    ..BASE
};

pub(super) static DELETE: Operation = Operation {
    name: "delete",
    effect: Effect::Delete,
    http: Http::Delete,
    path: USER_BY_ID,
    args: &[ID],
    response: RECORD,
    ..BASE
};

/// A deletion that marks the row.
pub(super) static MARK: Operation = Operation {
    name: "mark",
    effect: Effect::Delete,
    http: Http::Delete,
    path: &[PathPart::Literal("/marks/"), PathPart::Argument("id")],
    args: &[ID],
    response: RECORD,
    ..BASE
};

pub(super) static TEAM: Operation = Operation {
    name: "team",
    path: &[
        PathPart::Literal("/orgs/"),
        PathPart::Connection("org"),
        PathPart::Literal("/teams/"),
        PathPart::Argument("team"),
        PathPart::Literal("/users"),
    ],
    args: &[query("kind", true)],
    ..BASE
};

/// One row without a key of its own in the path.
pub(super) static FIRST: Operation = Operation {
    name: "first",
    ..FIRST_BASE
};

const FIRST_BASE: Operation = Operation {
    path: &[
        PathPart::Literal("/teams/"),
        PathPart::Argument("team"),
        PathPart::Literal("/first"),
    ],
    response: RECORD,
    ..BASE
};

/// A body that is a list.
pub(super) static REPLACE: Operation = Operation {
    name: "replace",
    effect: Effect::Update,
    http: Http::Put,
    path: &[PathPart::Literal("/teams/"), PathPart::Argument("team")],
    args: &[Arg {
        name: "people",
        place: Place::Body {
            at: &[],
            integer: false,
        },
        required: true,
        default: None,
        shape: Shape::Array {
            items: &TEXT,
            min: None,
            max: None,
        },
    }],
    body: Body::Json {
        wrap: &[Step::Key("list")],
        constants: &[],
    },
    response: RECORD,
    ..BASE
};

/// A change of a list by its elements.
pub(super) static PEOPLE: Operation = Operation {
    name: "people",
    effect: Effect::Update,
    http: Http::Patch,
    path: &[PathPart::Literal("/teams/"), PathPart::Argument("team")],
    body: Body::Json {
        wrap: &[],
        constants: &[],
    },
    response: RECORD,
    ..BASE
};

pub(super) static FILE: Operation = Operation {
    name: "file",
    path: &[PathPart::Literal("/files/"), PathPart::Segments("path")],
    response: RECORD,
    ..BASE
};

/// An operation of which the data say nothing, and which is closer to `/users/u-000.json` than
/// [`GET`].
pub(super) static SILENT: Operation = Operation {
    name: "silent",
    path: &[PathPart::Literal("/users/u-000.json")],
    response: RECORD,
    ..BASE
};

/// The same request as [`FIRST`], without data.
pub(super) static SILENT_FIRST: Operation = Operation {
    name: "silent_first",
    ..FIRST_BASE
};

pub(super) static SITE: Operation = Operation {
    name: "site",
    host: 1,
    path: &[PathPart::Literal("/info")],
    response: RECORD,
    ..BASE
};
