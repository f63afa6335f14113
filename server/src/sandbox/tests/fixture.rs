//! A made-up vendor that does everything in as many ways as definitions can say.

use toolwright_runtime::table::*;

use super::operations::*;

pub(super) static CATALOGUE: Catalogue = Catalogue {
    integrations: &[&ACME],
};

pub(super) static ACME: Integration = Integration {
    sandbox: Some(include_str!("fixture.json")),
    ..BARE
};

/// The vendor without its data.
pub(in crate::sandbox) const BARE: Integration = Integration {
    slug: "acme",
    label: "Acme",
    aliases: &[],
    category: "test",
    summary: "A made-up vendor.",
    docs: "https://acme.example",
    connection: &[
        field("region", Some("us"), None),
        field("tenant", None, None),
        field(
            "org",
            None,
            Some(Discover {
                host: 0,
                path: ME,
                at: &[Step::Key("org")],
            }),
        ),
    ],
    hosts: &[
        Host {
            name: "api",
            origin: Origin::Table {
                by: "region",
                urls: &[
                    ("eu", "https://eu.acme.example"),
                    ("far", "https://far.acme.example"),
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
        Host {
            name: "fixed",
            origin: Origin::Fixed("https://fixed.example"),
        },
        Host {
            name: "login",
            origin: Origin::Table {
                by: "region",
                urls: &[
                    ("eu", "https://login.acme.eu"),
                    ("far", "https://login.acme.far"),
                    ("us", "https://login.acme.example"),
                ],
            },
        },
    ],
    auth: Auth {
        header: "X-Auth",
        scheme: "Acme",
        credentials: &[CredentialKind::Bearer { description: "" }],
    },
    identity: None,
    errors: Errors {
        code: &[],
        message: &[],
        rules: &[],
    },
    rate_limit: RateLimit {
        limit: &[],
        remaining: &[],
        used: &[],
        reset: &[],
    },
    identifiers: &[&USER_ID],
    tags: &[],
    operations: &[
        &ALONE,
        &CREATE,
        &CURSOR,
        &DELETE,
        &FILE,
        &FIRST,
        &FORM,
        &GET,
        &LINKS,
        &MARK,
        &ME_GET,
        &MINE,
        &MIXED,
        &MULTIPART,
        &OFFSET,
        &PAGES,
        &PEOPLE,
        &REPLACE,
        &SILENT,
        &SILENT_FIRST,
        &SITE,
        &TEAM,
        &UPDATE,
        &WHOLE,
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

pub(super) const ID: Arg = Arg {
    name: "id",
    place: Place::Url,
    required: true,
    default: None,
    shape: Shape::String(&StringRule {
        identifier: Some(&USER_ID),
        ..StringRule::ANY
    }),
};

pub(super) const fn query(name: &'static str, required: bool) -> Arg {
    let place = Place::Query {
        name,
        list: ListStyle::Csv,
    };
    Arg {
        name,
        place,
        required,
        default: None,
        shape: Shape::String(&StringRule::ANY),
    }
}

pub(super) const fn in_body(at: &'static [&'static str], required: bool, shape: Shape) -> Arg {
    let place = Place::Body { at, integer: false };
    let [name, ..] = at else { panic!() };
    Arg {
        name,
        place,
        required,
        default: None,
        shape,
    }
}

pub(super) const TEXT: Shape = Shape::String(&StringRule::ANY);
