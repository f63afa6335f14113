//! A made-up vendor, and parts to build operations from. The unit tests use it too.

use toolwright_runtime::error::ErrorKind;
use toolwright_runtime::table::*;

static USER: Pattern = Pattern::new("^5-[a-z0-9]+$");
static TEAM: Pattern = Pattern::new("^8-[a-z0-9]+$");
static DEVICE: Pattern = Pattern::new("^d[0-9]+$");
static BADGE: Pattern = Pattern::new("^5-[0-9]+$");
static LETTERS: Pattern = Pattern::new("^[a-z]+$");
static DIGITS: Pattern = Pattern::new("^[0-9]+$");

pub(crate) static USER_ID: Identifier = Identifier {
    name: "user_id",
    label: "user id",
    pattern: &USER,
    example: "5-abc",
    description: None,
    from: &["list_all_acme_users"],
    ask_person: false,
};

/// Every badge number looks like a user id as well.
pub(crate) static BADGE_NUMBER: Identifier = Identifier {
    name: "badge_number",
    label: "badge number",
    pattern: &BADGE,
    example: "5-1",
    description: None,
    from: &[],
    ask_person: true,
};

pub(crate) static TEAM_ID: Identifier = Identifier {
    name: "team_id",
    label: "team id",
    pattern: &TEAM,
    example: "8-abc",
    description: None,
    from: &["get_acme_me", "list_all_acme_teams"],
    ask_person: false,
};

pub(crate) static DEVICE_ID: Identifier = Identifier {
    name: "device_id",
    label: "device id",
    pattern: &DEVICE,
    example: "d1",
    description: None,
    from: &[],
    ask_person: true,
};

pub(crate) static ACME: Integration = Integration {
    slug: "acme",
    label: "Acme",
    aliases: &[],
    category: "test",
    summary: "A made-up vendor.",
    docs: "https://acme.example",
    connection: &[
        ConnectionField {
            name: "domain",
            title: "Domain",
            description: "The first label of your Acme address.",
            pattern: Some(&LETTERS),
            one_of: &[],
            default: None,
            example: None,
            discover: None,
        },
        ConnectionField {
            name: "data_center",
            title: "Data centre",
            description: "Where your data are.",
            pattern: None,
            one_of: &["eu", "us"],
            default: Some("us"),
            example: None,
            discover: None,
        },
        ConnectionField {
            name: "org",
            title: "Organisation",
            description: "The number of your organisation.",
            pattern: Some(&DIGITS),
            one_of: &[],
            default: None,
            example: None,
            discover: Some(Discover {
                host: 0,
                path: &[PathPart::Literal("/me")],
                at: &[Step::Key("me"), Step::Key("org")],
            }),
        },
    ],
    hosts: &[
        Host {
            name: "api",
            origin: Origin::Fixed("https://api.acme.example"),
        },
        Host {
            name: "tenant",
            origin: Origin::Template(&[
                PathPart::Literal("https://"),
                PathPart::Connection("domain"),
                PathPart::Literal(".acme.example"),
            ]),
        },
        Host {
            name: "team",
            origin: Origin::Template(&[
                PathPart::Literal("https://"),
                PathPart::Argument("team_id"),
                PathPart::Literal(".teams.acme.example"),
            ]),
        },
    ],
    auth: Auth {
        header: "Authorization",
        scheme: "Acme-token",
        credentials: &[
            CredentialKind::Bearer {
                description: "A token.",
            },
            CredentialKind::ApiKey {
                description: "A key.",
                header: "X-Acme-Key",
            },
        ],
    },
    identity: None,
    errors: Errors {
        code: &[
            &[Step::Key("error"), Step::Key("code")],
            &[Step::Key("code")],
        ],
        message: &[
            &[Step::Key("error"), Step::Key("message")],
            &[Step::Key("errors"), Step::Each, Step::Key("msg")],
            &[Step::Key("message")],
        ],
        rules: &[
            ErrorRule {
                status: Some((400, 400)),
                header: None,
                code: &["2000"],
                body: None,
                kind: RuleKind::TokenExpired,
                hint: None,
            },
            ErrorRule {
                status: Some((403, 403)),
                header: Some(("X-Gate", &["OVER_QPS", "OVER_RATE"])),
                code: &[],
                body: None,
                kind: RuleKind::Error(ErrorKind::RateLimited),
                hint: Some("Slow down."),
            },
            ErrorRule {
                status: Some((200, 299)),
                header: None,
                code: &[],
                body: Some((
                    &[Step::Key("users"), Step::Each, Step::Key("status")],
                    &["error", "false"],
                )),
                kind: RuleKind::Error(ErrorKind::InvalidArgument),
                hint: None,
            },
        ],
    },
    rate_limit: RateLimit {
        limit: &[],
        remaining: &[],
        used: &[],
        reset: &[],
    },
    identifiers: &[&BADGE_NUMBER, &DEVICE_ID, &TEAM_ID, &USER_ID],
    tags: &[],
    operations: &[],
    sandbox: None,
};

/// An operation to take parts from: `GET https://api.acme.example/v1/users`, which says nothing.
pub(crate) const OPERATION: Operation = Operation {
    name: "acme_users_read",
    aliases: &[],
    resource: "users",
    method: "read",
    kind: MethodKind::Custom,
    effect: Effect::Read,
    tags: &[],
    http: Http::Get,
    host: 0,
    path: &[PathPart::Literal("/v1/users")],
    query: &[],
    headers: &[],
    args: &[],
    renamed: &[],
    body: Body::None,
    response: Response {
        at: &[],
        form: ResponseForm::Empty,
        shape: Shape::Any,
    },
    pagination: None,
    tool: None,
};

/// An optional argument of the query.
pub(crate) const ARG: Arg = Arg {
    name: "q",
    place: Place::Query {
        name: "q",
        list: ListStyle::Csv,
    },
    required: false,
    default: None,
    shape: Shape::String(&StringRule::ANY),
};
