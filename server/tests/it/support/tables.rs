//! A hand-written integration, as the compiler would make it.

use toolwright_runtime::table::{
    Arg, Auth, Body, Catalogue, CredentialKind, Effect, ErrorRule, Errors, Grant, Host, Http,
    Integration, MethodKind, OAuth2, ObjectShape, Operation, Origin, PathPart, Place, RateLimit,
    Response, ResponseForm, RuleKind, Shape, Step, StringRule, Tag, Tool,
};

use super::orbit::ORBIT;
use super::people;

pub(crate) static CATALOGUE: Catalogue = Catalogue {
    integrations: &[&ACME, &ORBIT],
};

/// An integration with tools of each kind, and operations that are no tools.
pub(crate) static ACME: Integration = Integration {
    slug: "acme",
    label: "Acme",
    aliases: &["acme_io", "acmeio"],
    category: "tests",
    summary: "Users and files of Acme.",
    docs: "https://acme.example/docs",
    connection: &[],
    hosts: &[Host {
        name: "api",
        origin: Origin::Fixed("https://api.acme.example"),
    }],
    auth: Auth {
        header: "Authorization",
        scheme: "Bearer",
        credentials: &[
            CredentialKind::Bearer {
                description: "A token.",
            },
            CredentialKind::OAuth2(&OAuth2 {
                description: "Users and files.",
                grants: &[Grant::AuthorizationCode, Grant::RefreshToken],
                host: 0,
                authorize: Some("/oauth/authorize"),
                token: "/oauth/token",
                revoke: Some("/oauth/revoke"),
                scopes: &[],
                scope_separator: " ",
                pkce: true,
                basic_client_auth: false,
                authorize_parameters: &[],
                region: None,
                failed_at: Some(&[Step::Key("error")]),
                longest_life: None,
            }),
        ],
    },
    identity: None,
    errors: Errors {
        code: &[],
        message: &[],
        rules: &[ErrorRule {
            status: Some((401, 401)),
            header: None,
            code: &[],
            body: None,
            kind: RuleKind::TokenExpired,
            hint: None,
        }],
    },
    rate_limit: RateLimit {
        limit: &[],
        remaining: &[],
        used: &[],
        reset: &[],
    },
    identifiers: &[],
    tags: &[
        Tag {
            name: "billing",
            description: "Nothing yet.",
        },
        Tag {
            name: "files",
            description: "Files.",
        },
        Tag {
            name: "users",
            description: "Users.",
        },
    ],
    operations: &[
        &SEARCH,
        &operation(
            "acme_files_secret",
            "secret",
            MethodKind::Custom,
            "files",
            None,
        ),
        &CREATE,
        &operation(
            "delete_an_acme_user_by_id",
            "delete",
            MethodKind::Delete,
            "users",
            tool(r#"{"name":"delete_an_acme_user_by_id","inputSchema":{"type":"object"}}"#),
        ),
        &GET,
        &LIST,
        &people::LIST,
        &people::GET,
        &people::CREATE,
        &people::UPDATE,
        &people::DELETE,
        &people::INVITE,
    ],
    sandbox: None,
};

static SEARCH: Operation = operation(
    "acme_files_search",
    "search",
    MethodKind::Custom,
    "files",
    tool(r#"{"name":"acme_files_search","inputSchema":{"type":"object"}}"#),
);

static CREATE: Operation = operation(
    "create_an_acme_user",
    "create",
    MethodKind::Create,
    "users",
    tool(r#"{"name":"create_an_acme_user","inputSchema":{"type":"object"}}"#),
);

static GET: Operation = Operation {
    aliases: &["get_acme_person"],
    path: &[PathPart::Literal("/users/"), PathPart::Argument("id")],
    args: &[Arg {
        name: "id",
        place: Place::Url,
        required: true,
        default: None,
        shape: Shape::String(&StringRule::ANY),
    }],
    ..operation(
        "get_single_acme_user_by_id",
        "get",
        MethodKind::Get,
        "users",
        tool(
            r#"{"name":"get_single_acme_user_by_id","inputSchema":{"type":"object","properties":{"id":{"type":"string"}},"required":["id"],"additionalProperties":false},"outputSchema":{"type":"object","properties":{"id":{"type":"string"}},"required":["id"]}}"#,
        ),
    )
};

static LIST: Operation = Operation {
    path: &[PathPart::Literal("/users")],
    response: Response {
        at: &[],
        form: ResponseForm::Rows {
            missing_is_empty: false,
        },
        shape: Shape::Any,
    },
    ..operation(
        "list_all_acme_users",
        "list",
        MethodKind::List,
        "users",
        tool(r#"{"name":"list_all_acme_users","inputSchema":{"type":"object"}}"#),
    )
};

/// An operation that asks for `/` and hands on one record.
pub(crate) const fn operation(
    name: &'static str,
    method: &'static str,
    kind: MethodKind,
    tag: &'static str,
    tool: Option<Tool>,
) -> Operation {
    Operation {
        name,
        aliases: &[],
        resource: "things",
        method,
        kind,
        effect: Effect::Read,
        tags: match tag.as_bytes() {
            b"files" => &["files"],
            _ => &["users"],
        },
        http: Http::Get,
        host: 0,
        path: &[PathPart::Literal("/")],
        query: &[],
        headers: &[],
        args: &[],
        renamed: &[],
        body: Body::None,
        response: Response {
            at: &[],
            form: ResponseForm::Record,
            shape: Shape::Object(&ObjectShape {
                name: "",
                fields: &[],
                texts: &[],
            }),
        },
        pagination: None,
        tool,
    }
}

const fn tool(json: &'static str) -> Option<Tool> {
    Some(Tool {
        title: "A tool",
        description: "A tool.",
        source: "https://acme.example",
        tokens: 0,
        json,
    })
}
