//! A made-up vendor that does everything in as many ways as definitions can say.

use toolwright_runtime::table::*;

pub(super) static CATALOGUE: Catalogue = Catalogue { integrations: &[&ACME] };

pub(super) static ACME: Integration =
    Integration { sandbox: Some(include_str!("fixture.json")), ..BARE };

/// The vendor without its data.
pub(super) const BARE: Integration = Integration {
    slug: "acme",
    label: "Acme",
    aliases: &[],
    category: "test",
    summary: "A made-up vendor.",
    docs: "https://acme.example",
    connection: &[
        field("region", Some("us"), None),
        field("tenant", None, None),
        field("org", None, Some(Discover { host: 0, path: ME, at: &[Step::Key("org")] })),
    ],
    hosts: &[
        Host {
            name: "api",
            origin: Origin::Table {
                by: "region",
                urls: &[
                    ("eu", "https://eu.acme.example"),
                    ("us", "https://us.acme.example"),
                ],
            },
        },
        Host {
            name: "site",
            origin: Origin::Template(&[
                PathPart::Literal("https://"),
                PathPart::Argument("site"),
                PathPart::Literal("."),
                PathPart::Connection("tenant"),
                PathPart::Literal(".example"),
            ]),
        },
        Host { name: "fixed", origin: Origin::Fixed("https://fixed.example") },
    ],
    auth: Auth {
        header: "X-Auth",
        scheme: "Acme",
        credentials: &[CredentialKind::Bearer { description: "" }],
    },
    errors: Errors { code: &[], message: &[], rules: &[] },
    rate_limit: RateLimit { limit: &[], remaining: &[], used: &[], reset: &[] },
    identifiers: &[&USER_ID],
    tags: &[],
    operations: &[
        &ALONE, &CREATE, &CURSOR, &DELETE, &FILE, &FORM, &GET, &LINKS, &MARK, &ME_GET, &MINE,
        &MIXED, &MULTIPART, &OFFSET, &PAGES, &SITE, &TEAM, &UPDATE, &WHOLE,
    ],
    sandbox: None,
};

static USER: Pattern = Pattern::new("^u-[0-9]{3}$");

static USER_ID: Identifier = Identifier {
    name: "user_id",
    label: "user id",
    pattern: &USER,
    example: "u-001",
    description: None,
    from: &[],
    ask_person: false,
};

const fn field(
    name: &'static str,
    default: Option<&'static str>,
    discover: Option<Discover>,
) -> ConnectionField {
    ConnectionField {
        name,
        title: "",
        description: "",
        pattern: None,
        one_of: &[],
        default,
        example: None,
        discover,
    }
}

const ME: &[PathPart] = &[PathPart::Literal("/me.json")];
const USERS: &[PathPart] = &[PathPart::Literal("/users")];
const USER_BY_ID: &[PathPart] =
    &[PathPart::Literal("/users/"), PathPart::Argument("id"), PathPart::Literal(".json")];

const ID: Arg = Arg {
    name: "id",
    place: Place::Url,
    required: true,
    default: None,
    shape: Shape::String(&StringRule { identifier: Some(&USER_ID), ..StringRule::ANY }),
};

const fn query(name: &'static str, required: bool) -> Arg {
    let place = Place::Query { name, list: ListStyle::Csv };
    Arg { name, place, required, default: None, shape: Shape::String(&StringRule::ANY) }
}

const fn in_body(at: &'static [&'static str], required: bool, shape: Shape) -> Arg {
    let place = Place::Body { at, integer: false };
    let [name, ..] = at else { panic!() };
    Arg { name, place, required, default: None, shape }
}

const TEXT: Shape = Shape::String(&StringRule::ANY);

const ROWS: Response = Response {
    at: &[Step::Key("items")],
    form: ResponseForm::Rows { missing_is_empty: false },
    shape: Shape::Any,
};
const RECORD: Response =
    Response { at: &[], form: ResponseForm::Record, shape: Shape::Any };

/// A list without pages at no path.
const BASE: Operation = Operation {
    name: "",
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
    body: Body::None,
    response: ROWS,
    pagination: None,
    tool: None,
};

const SIZE: Option<PageSize> = Some(PageSize { parameter: "size", default: 4, max: 12 });
const TOTAL: Stop = Stop::Total(&[Step::Key("info"), Step::Key("total")]);
const MORE: Stop = Stop::More(&[Step::Key("info"), Step::Key("more")]);
const NEXT: JsonPath = &[Step::Key("info"), Step::Key("next")];

static PAGES: Operation = Operation {
    name: "pages",
    path: USERS,
    args: &[query("status", false)],
    pagination: Some(&Pagination {
        style: PageStyle::Page { parameter: "page", first: 1 },
        size: SIZE,
        stop: MORE,
    }),
    ..BASE
};

static MINE: Operation =
    Operation { name: "mine", path: USERS, query: &[("status", "mine")], ..BASE };

static OFFSET: Operation = Operation {
    name: "offset",
    path: &[PathPart::Literal("/scim/users")],
    args: &[query("filter", false)],
    pagination: Some(&Pagination {
        style: PageStyle::Offset { parameter: "startIndex", first: 1 },
        size: SIZE,
        stop: TOTAL,
    }),
    ..BASE
};

static CURSOR: Operation = Operation {
    name: "cursor",
    path: &[PathPart::Literal("/cursor")],
    args: &[query("role", false)],
    pagination: Some(&Pagination {
        style: PageStyle::Cursor { parameter: "after", next: NEXT, alone: false },
        size: SIZE,
        stop: Stop::NoNext,
    }),
    ..BASE
};

static ALONE: Operation = Operation {
    name: "alone",
    path: &[PathPart::Literal("/alone")],
    query: &[("v", "2")],
    args: &[query("role", false)],
    pagination: Some(&Pagination {
        style: PageStyle::Cursor { parameter: "after", next: NEXT, alone: true },
        size: SIZE,
        stop: MORE,
    }),
    ..BASE
};

static MIXED: Operation = Operation {
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

static LINKS: Operation = Operation {
    name: "links",
    path: &[PathPart::Literal("/links")],
    args: &[query("role", false)],
    response: Response { at: &[], ..ROWS },
    pagination: Some(&Pagination { style: PageStyle::LinkHeader, size: SIZE, stop: Stop::NoNext }),
    ..BASE
};

static WHOLE: Operation = Operation {
    name: "whole",
    path: &[PathPart::Literal("/whole")],
    args: &[query("role", false)],
    response: Response { form: ResponseForm::Rows { missing_is_empty: true }, ..ROWS },
    ..BASE
};

static GET: Operation = Operation {
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

static ME_GET: Operation = Operation {
    name: "me",
    path: ME,
    response: Response { form: ResponseForm::RowOfOne, ..RECORD },
    ..BASE
};

static CREATE: Operation = Operation {
    name: "create",
    effect: Effect::Create,
    http: Http::Post,
    path: USERS,
    args: &[in_body(&["email"], true, TEXT), in_body(&["name", "first"], true, TEXT)],
    body: Body::Json { wrap: &[Step::Key("users"), Step::Index(0)], constants: &[] },
    response: RECORD,
    ..BASE
};

static UPDATE: Operation = Operation {
    name: "update",
    effect: Effect::Update,
    http: Http::Patch,
    path: USER_BY_ID,
    args: &[ID, in_body(&["name", "first"], false, TEXT)],
    body: Body::Json { wrap: &[], constants: &[] },
    response: RECORD,
    ..BASE
};

static FORM: Operation = Operation {
    name: "form",
    effect: Effect::Update,
    http: Http::Put,
    path: USER_BY_ID,
    args: &[
        ID,
        in_body(&["age"], false, Shape::Integer { min: None, max: None }),
        in_body(&["name", "first"], false, TEXT),
        in_body(&["tags"], false, Shape::Array { items: &TEXT, min: None, max: None }),
    ],
    body: Body::Form { constants: &[] },
    response: RECORD,
    ..BASE
};

static MULTIPART: Operation = Operation {
    name: "multipart",
    path: &[PathPart::Literal("/photos/"), PathPart::Argument("id")],
    body: Body::Multipart { constants: &[] },
    ..FORM_BASE
};

const FORM_BASE: Operation = Operation {
    effect: Effect::Update,
    http: Http::Put,
    args: &[ID, in_body(&["age"], false, Shape::Integer { min: None, max: None })],
    response: RECORD,
    ..BASE
};

static DELETE: Operation = Operation {
    name: "delete",
    effect: Effect::Delete,
    http: Http::Delete,
    path: USER_BY_ID,
    args: &[ID],
    response: Response { form: ResponseForm::Empty, ..RECORD },
    ..BASE
};

/// A deletion that marks the row.
static MARK: Operation = Operation {
    name: "mark",
    effect: Effect::Delete,
    http: Http::Delete,
    path: &[PathPart::Literal("/marks/"), PathPart::Argument("id")],
    args: &[ID],
    response: RECORD,
    ..BASE
};

static TEAM: Operation = Operation {
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

static FILE: Operation = Operation {
    name: "file",
    path: &[PathPart::Literal("/files/"), PathPart::Segments("path")],
    response: RECORD,
    ..BASE
};

static SITE: Operation = Operation {
    name: "site",
    host: 1,
    path: &[PathPart::Literal("/info")],
    response: RECORD,
    ..BASE
};
