//! What clients take, with sources. A rule is here because a request that did not keep to it failed, or
//! because the maker of the client says so; each was looked at in November 2026.

use super::{Client, Rule, Test};

/// All clients.
pub static CLIENTS: &[Client] = &[CLAUDE, CHATGPT, GEMINI, CURSOR, BEDROCK];

/// claude.ai, Claude Desktop, Claude Code, and the API behind them.
const CLAUDE: Client = Client {
    name: "Claude",
    rules: &[
        Rule {
            takes: "A tool's name has letters, digits, `_` and `-`.",
            otherwise: "The API refuses the request with all its tools.",
            source: "https://github.com/cyanheads/atlas-mcp-server/issues/14",
            test: Test::Name {
                also: "_-",
                begins_with: None,
            },
        },
        Rule {
            takes: "A name has at most 64 characters.",
            otherwise: "claude.ai refuses the server.",
            source: "https://github.com/mims-harvard/ToolUniverse/issues/3",
            test: Test::NameLength(64),
        },
        Rule {
            takes: "A name has at most 64 characters with `mcp__`, the server's name and `__` before it.",
            otherwise: "Some requests of Claude Code are refused; its newest versions take 128.",
            source: "https://git.drupalcode.org/project/mcp/-/work_items/3569862",
            test: Test::NameWithServer { most: 64, added: 7 },
        },
        Rule {
            takes: "Each tool has a title.",
            otherwise: "The directory of connectors does not list the server.",
            source: "https://claude.com/docs/connectors/building/review-criteria",
            test: Test::Title,
        },
        Rule {
            takes: "Each tool says whether it only reads and whether it destroys.",
            otherwise: "The directory of connectors does not list the server.",
            source: "https://claude.com/docs/connectors/building/review-criteria",
            test: Test::Annotations(&["readOnlyHint", "destructiveHint"]),
        },
        Rule {
            takes: "A description has at most 2,048 characters.",
            otherwise: "Claude Code cuts it off.",
            source: "https://github.com/anthropics/claude-code/issues/41593",
            test: Test::DescriptionLength(2048),
        },
        Rule {
            takes: "The root of the input is an object without `anyOf`, `oneOf` and `allOf`.",
            otherwise: "The API refuses the request with all its tools.",
            source: "https://github.com/anthropics/claude-code/issues/44788",
            test: Test::Root(&["anyOf", "oneOf", "allOf"]),
        },
        Rule {
            takes: "Properties of the input have 1 to 64 letters, digits, `_`, `.` and `-`.",
            otherwise: "The API refuses the request with all its tools.",
            source: "https://github.com/anthropics/claude-code/issues/79418",
            test: Test::PropertyNames {
                also: "_.-",
                begins_with: None,
            },
        },
        Rule {
            takes: "No schema refers to another one.",
            otherwise: "Cowork drops the definitions, so that the reference leads nowhere.",
            source: "https://github.com/anthropics/claude-ai-mcp/issues/591",
            test: Test::References,
        },
    ],
};

/// ChatGPT, the OpenAI API, and what is built upon it.
const CHATGPT: Client = Client {
    name: "ChatGPT",
    rules: &[
        Rule {
            takes: "A tool's name has letters, digits, `_` and `-`.",
            otherwise: "The API refuses the request with all its tools.",
            source: "https://github.com/CherryHQ/cherry-studio/pull/2895",
            test: Test::Name {
                also: "_-",
                begins_with: None,
            },
        },
        Rule {
            takes: "A name has at most 64 characters.",
            otherwise: "The API refuses the request with all its tools.",
            source: "https://github.com/nanbingxyz/5ire/issues/403",
            test: Test::NameLength(64),
        },
        Rule {
            takes: "A description has at most 1,024 characters.",
            otherwise: "The API refuses the request with all its tools.",
            source: "https://github.com/modelcontextprotocol/servers/issues/799",
            test: Test::DescriptionLength(1024),
        },
        Rule {
            takes: "There are at most 128 tools.",
            otherwise: "The API refuses the request with all its tools.",
            source: "https://github.com/zed-industries/zed/issues/32946",
            test: Test::Tools(128),
        },
        Rule {
            takes: "Each tool says whether it only reads, whether it destroys, and whether it reaches beyond the account.",
            otherwise: "The app is not taken for review; a tool that does not say so counts as one that writes.",
            source: "https://github.com/openai/plugins",
            test: Test::Annotations(&["readOnlyHint", "destructiveHint", "openWorldHint"]),
        },
        Rule {
            takes: "The root of the input is an object without `anyOf`, `oneOf`, `allOf`, `not`, `enum` and `const`.",
            otherwise: "The API refuses the request with all its tools.",
            source: "https://github.com/nspady/google-calendar-mcp/issues/39",
            test: Test::Root(&["anyOf", "oneOf", "allOf", "not", "enum", "const"]),
        },
        Rule {
            takes: "Each list says what its elements are.",
            otherwise: "The API refuses the request with all its tools.",
            source: "https://github.com/spacelift-io/spacectl/issues/402",
            test: Test::Items,
        },
    ],
};

/// The Gemini API, Vertex AI, and Gemini CLI.
const GEMINI: Client = Client {
    name: "Gemini",
    rules: &[
        Rule {
            takes: "A tool's name begins with a letter or `_` and has letters, digits, `_`, `.`, `:` and `-`.",
            otherwise: "The API refuses the request with all its tools.",
            source: "https://github.com/google-gemini/gemini-cli/issues/9535",
            test: Test::Name {
                also: "_.:-",
                begins_with: Some("_"),
            },
        },
        Rule {
            takes: "A name has at most 63 characters with `mcp_`, the server's name and `_` before it.",
            otherwise: "Gemini CLI leaves out its middle, and two tools may become one.",
            source: "https://github.com/google-gemini/gemini-cli/issues/28970",
            test: Test::NameWithServer { most: 63, added: 5 },
        },
        Rule {
            takes: "Properties of the input begin with a letter or `_` and have at most 64 letters, digits and `_`.",
            otherwise: "Vertex AI does not promise to take them.",
            source: "https://cloud.google.com/vertex-ai/generative-ai/docs/reference/java/latest/com.google.cloud.vertexai.api.FunctionDeclarationOrBuilder",
            test: Test::PropertyNames {
                also: "_",
                begins_with: Some("_"),
            },
        },
        Rule {
            takes: "Each value of the input has one type.",
            otherwise: "The API refuses the request with all its tools.",
            source: "https://github.com/nanbingxyz/5ire/issues/218",
            test: Test::OneType,
        },
        Rule {
            takes: "Choices are texts that are not empty.",
            otherwise: "The API refuses the request with all its tools.",
            source: "https://github.com/anomalyco/opencode/pull/46676",
            test: Test::TextChoices,
        },
        Rule {
            takes: "Each list says what its elements are.",
            otherwise: "The API refuses the request with all its tools.",
            source: "https://github.com/cline/cline/issues/7339",
            test: Test::Items,
        },
        Rule {
            takes: "Each object within the input declares its properties.",
            otherwise: "The API refuses the request with all its tools.",
            source: "https://github.com/lobehub/lobehub/pull/5002",
            test: Test::InnerProperties,
        },
        Rule {
            takes: "The input has none of `$schema`, `const`, `propertyNames`, `patternProperties`, `oneOf`, `allOf`, `not`, `if`, `exclusiveMinimum`, `exclusiveMaximum`.",
            otherwise: "The API refuses the request with all its tools.",
            source: "https://github.com/zed-industries/zed/issues/44875",
            test: Test::Keywords(&[
                "$schema",
                "const",
                "propertyNames",
                "patternProperties",
                "oneOf",
                "allOf",
                "not",
                "if",
                "exclusiveMinimum",
                "exclusiveMaximum",
            ]),
        },
        Rule {
            takes: "No schema refers to another one.",
            otherwise: "Clients that hand it on as an OpenAPI schema lose it.",
            source: "https://typia.io/api/types/_samchon_openapi.IGeminiSchema-1.html",
            test: Test::References,
        },
        Rule {
            takes: "Objects and lists nest at most six deep.",
            otherwise: "The API refuses the request with all its tools. The limit is not published.",
            source: "https://github.com/google-gemini/gemini-cli/issues/5923",
            test: Test::Depth(6),
        },
    ],
};

/// The editor.
const CURSOR: Client = Client {
    name: "Cursor",
    rules: &[
        Rule {
            takes: "The names of server and tool have fewer than 60 characters together.",
            otherwise: "The tool is not offered to the model.",
            source: "https://github.com/ComposioHQ/composio/issues/2788",
            test: Test::NameWithServer { most: 59, added: 0 },
        },
        Rule {
            takes: "There are at most 40 tools; since 2025 a warning comes at 80.",
            otherwise: "Those beyond may not be offered to the model.",
            source: "https://github.com/Snowflake-Labs/mcp/issues/77",
            test: Test::Tools(40),
        },
        Rule {
            takes: "The root of the input is an object.",
            otherwise: "The model behind it refuses the request with all its tools.",
            source: "https://github.com/makenotion/notion-mcp-server/issues/341",
            test: Test::Root(&["anyOf", "oneOf", "allOf"]),
        },
    ],
};

/// Amazon Bedrock: the Converse API, Agents, AgentCore.
const BEDROCK: Client = Client {
    name: "Bedrock",
    rules: &[
        Rule {
            takes: "A tool's name begins with a letter and has letters, digits and `_`; Converse takes `-` as well.",
            otherwise: "The request is refused.",
            source: "https://docs.aws.amazon.com/bedrock/latest/APIReference/API_agent_ToolSpecification.html",
            test: Test::Name {
                also: "_",
                begins_with: Some(""),
            },
        },
        Rule {
            takes: "A name has at most 64 characters.",
            otherwise: "The request is refused.",
            source: "https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolSpecification.html",
            test: Test::NameLength(64),
        },
        Rule {
            takes: "The root of the input is an object.",
            otherwise: "The request is refused.",
            source: "https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolInputSchema.html",
            test: Test::Root(&["anyOf", "oneOf", "allOf"]),
        },
        Rule {
            takes: "No schema refers to another one.",
            otherwise: "AgentCore refuses the server.",
            source: "https://github.com/awslabs/mcp/issues/2442",
            test: Test::References,
        },
    ],
};
