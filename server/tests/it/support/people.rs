//! A resource of the hand-written integration that no tool covers: one operation of each sort. The
//! vendor answers each with what it was asked.

use toolwright_runtime::table::{
    Arg, Body, Http, ListStyle, MethodKind, Operation, PathPart, Place, Response, ResponseForm,
    Shape, StringRule,
};

use super::tables::operation;

pub(crate) static LIST: Operation = Operation {
    path: PATH,
    args: &[
        query("name", Shape::String(&StringRule::ANY)),
        query("age", Shape::INTEGER),
        query("admin", Shape::Boolean),
        query("groups", GROUPS),
    ],
    response: Response {
        form: ResponseForm::RowOfOne,
        ..Operation::COMMON.response
    },
    ..people("list", MethodKind::List, Http::Get)
};

pub(crate) static GET: Operation = Operation {
    path: ONE,
    args: &[ID],
    ..people("get", MethodKind::Get, Http::Get)
};

pub(crate) static CREATE: Operation = Operation {
    path: PATH,
    args: MEMBERS,
    body: JSON,
    ..people("create", MethodKind::Create, Http::Post)
};

pub(crate) static UPDATE: Operation = Operation {
    path: ONE,
    args: &[
        ID,
        member("name", &["name"], Shape::String(&StringRule::ANY)),
    ],
    body: JSON,
    ..people("update", MethodKind::Update, Http::Put)
};

pub(crate) static DELETE: Operation = Operation {
    path: ONE,
    args: &[ID],
    response: Response {
        form: ResponseForm::Empty,
        ..Operation::COMMON.response
    },
    ..people("delete", MethodKind::Delete, Http::Delete)
};

pub(crate) static INVITE: Operation = Operation {
    path: &[
        PathPart::Literal("/people/"),
        PathPart::Argument("id"),
        PathPart::Literal("/invite"),
    ],
    args: &[
        ID,
        member("name", &["name"], Shape::String(&StringRule::ANY)),
    ],
    body: JSON,
    ..people("invite", MethodKind::Custom, Http::Post)
};

const PATH: &[PathPart] = &[PathPart::Literal("/people")];
const ONE: &[PathPart] = &[PathPart::Literal("/people/"), PathPart::Argument("id")];
const GROUPS: Shape = Shape::Array {
    items: &Shape::String(&StringRule::ANY),
    min: None,
    max: None,
};
const JSON: Body = Body::Json {
    wrap: &[],
    constants: &[],
};
const ID: Arg = Arg {
    name: "id",
    place: Place::Url,
    required: true,
    default: None,
    shape: Shape::String(&StringRule::ANY),
};
const MEMBERS: &[Arg] = &[
    member("name", &["name"], Shape::String(&StringRule::ANY)),
    member("age", &["age"], Shape::INTEGER),
    member("admin", &["admin"], Shape::Boolean),
    member("groups", &["groups"], GROUPS),
];

const fn people(method: &'static str, kind: MethodKind, http: Http) -> Operation {
    Operation {
        resource: "people",
        http,
        ..operation(name(kind), method, kind, "users", None)
    }
}

const fn name(kind: MethodKind) -> &'static str {
    match kind {
        MethodKind::List => "list_all_acme_people",
        MethodKind::Get => "get_single_acme_person_by_id",
        MethodKind::Create => "create_an_acme_person",
        MethodKind::Update => "update_an_acme_person_by_id",
        MethodKind::Delete => "delete_an_acme_person_by_id",
        MethodKind::Custom => "acme_people_invite",
    }
}

const fn query(name: &'static str, shape: Shape) -> Arg {
    Arg {
        name,
        place: Place::Query {
            name,
            list: ListStyle::Repeat,
        },
        required: false,
        default: None,
        shape,
    }
}

const fn member(name: &'static str, at: &'static [&'static str], shape: Shape) -> Arg {
    Arg {
        name,
        place: Place::Body { at, integer: false },
        required: false,
        default: None,
        shape,
    }
}
