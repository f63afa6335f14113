//! A second hand-written integration: of two data centres, whose accounts are connected in every way.

use toolwright_runtime::table::{
    Auth, ConnectionField, CredentialKind, Discover, ErrorRule, Errors, Grant, Host, Identity,
    Integration, Login, LoginBody, MethodKind, OAuth2, OAuthRegion, Operation, Origin, PathPart,
    Pattern, RateLimit, RuleKind, Step, Tool,
};

use super::tables::operation;

static WORD: Pattern = Pattern::new("^[a-z0-9]+$");

/// The vendor in `orbit_vendor` plays it.
pub(crate) static ORBIT: Integration = Integration {
    slug: "orbit",
    label: "Orbit",
    aliases: &[],
    category: "tests",
    summary: "Who somebody is at `Orbit`.",
    docs: "https://orbit.example/docs",
    connection: &[
        ConnectionField {
            name: "domain",
            title: "Domain",
            description: "What stands in the address after the host.",
            pattern: Some(&WORD),
            one_of: &[],
            default: None,
            example: Some("jane"),
            discover: None,
        },
        ConnectionField {
            name: "data_center",
            title: "Data center",
            description: "Where Orbit keeps the account.",
            pattern: None,
            one_of: &["us", "eu"],
            default: Some("us"),
            example: None,
            discover: None,
        },
        ConnectionField {
            name: "org",
            title: "Organization",
            description: "Which organization it is.",
            pattern: Some(&WORD),
            one_of: &[],
            default: None,
            example: None,
            discover: Some(Discover {
                host: 0,
                path: &[
                    PathPart::Literal("/"),
                    PathPart::Connection("domain"),
                    PathPart::Literal("/org"),
                ],
                at: &[Step::Key("org")],
            }),
        },
    ],
    hosts: &[
        Host {
            name: "api",
            origin: Origin::Table {
                by: "data_center",
                urls: &[
                    ("us", "https://api.orbit.example"),
                    ("eu", "https://api.eu.orbit.example"),
                ],
            },
        },
        Host {
            name: "login",
            origin: Origin::Table {
                by: "data_center",
                urls: &[
                    ("us", "https://login.orbit.example"),
                    ("eu", "https://login.eu.orbit.example"),
                ],
            },
        },
    ],
    auth: Auth {
        header: "Authorization",
        scheme: "Bearer",
        credentials: &[
            CredentialKind::Bearer {
                description: "A token.",
            },
            CredentialKind::Login(&Login {
                description: "Somebody's password.",
                host: 1,
                path: &[
                    PathPart::Literal("/"),
                    PathPart::Connection("domain"),
                    PathPart::Literal("/session"),
                ],
                body: LoginBody::Form,
                username: "user",
                password: "pass",
                token: &[Step::Key("session"), Step::Key("token")],
            }),
            CredentialKind::OAuth2(&OAuth2 {
                description: "Who somebody is.",
                grants: &[
                    Grant::AuthorizationCode,
                    Grant::RefreshToken,
                    Grant::ClientCredentials,
                    Grant::Password,
                ],
                host: 1,
                authorize: Some("/oauth/authorize"),
                token: "/oauth/token",
                revoke: Some("/oauth/revoke"),
                scopes: &["me", "org"],
                scope_separator: " ",
                pkce: true,
                basic_client_auth: false,
                authorize_parameters: &[("prompt", "consent")],
                region: Some(OAuthRegion {
                    field: "data_center",
                    parameter: Some("location"),
                    host_parameter: Some("accounts-server"),
                    token_field: Some(("api_domain", 0)),
                }),
                failed_at: None,
                longest_life: None,
            }),
        ],
    },
    identity: Some(Identity {
        operation: &ME,
        at: Some(&[Step::Key("name")]),
    }),
    errors: Errors {
        code: &[&[Step::Key("error")]],
        message: &[&[Step::Key("error_description")]],
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
    tags: &[],
    operations: &[&ME],
    sandbox: None,
};

static ME: Operation = Operation {
    path: &[
        PathPart::Literal("/"),
        PathPart::Connection("domain"),
        PathPart::Literal("/me"),
    ],
    ..operation(
        "orbit_me_read",
        "read",
        MethodKind::Custom,
        "users",
        Some(Tool {
            title: "Me",
            description: "Who I am.",
            source: "https://orbit.example",
            tokens: 0,
            json: r#"{"name":"orbit_me_read","inputSchema":{"type":"object"}}"#,
        }),
    )
};
