//! The tables, and how they came to be. A version that was released is never edited; a change is a
//! version of its own.

/// What each version does to the one before. All of it takes effect together.
pub(super) const VERSIONS: &[&[&str]] = &[FIRST, CONNECTING];

const FIRST: &[&str] = &[
    // Secrets of the whole installation, sealed.
    "CREATE TABLE secret (
        name TEXT PRIMARY KEY,
        key_id TEXT NOT NULL,
        sealed BYTEA NOT NULL
    )",
    // `version` counts the changes, so that of two writers one knows that it lost. A process that
    // replaces the access token has a lease on it.
    "CREATE TABLE integrated_account (
        id TEXT PRIMARY KEY,
        integration TEXT NOT NULL,
        name TEXT NOT NULL,
        tenant_id TEXT,
        connection TEXT NOT NULL,
        authentication_method TEXT NOT NULL,
        status TEXT NOT NULL,
        key_id TEXT NOT NULL,
        data_key BYTEA NOT NULL,
        credentials BYTEA NOT NULL,
        version BIGINT NOT NULL,
        lease TEXT,
        lease_until BIGINT,
        created_at BIGINT NOT NULL,
        updated_at BIGINT NOT NULL
    )",
    "CREATE TABLE mcp_server (
        id TEXT PRIMARY KEY,
        integrated_account_id TEXT NOT NULL REFERENCES integrated_account (id) ON DELETE CASCADE,
        token_hash BYTEA NOT NULL UNIQUE,
        name TEXT NOT NULL,
        methods TEXT NOT NULL,
        tags TEXT NOT NULL,
        require_api_token_auth BIGINT NOT NULL,
        tool_exposure TEXT NOT NULL,
        expires_at BIGINT,
        created_at BIGINT NOT NULL,
        updated_at BIGINT NOT NULL,
        version BIGINT NOT NULL
    )",
    "CREATE INDEX mcp_server_of_account ON mcp_server (integrated_account_id, id)",
    "CREATE INDEX mcp_server_by_expiry ON mcp_server (expires_at) WHERE expires_at IS NOT NULL",
    "CREATE TABLE api_token (
        id TEXT PRIMARY KEY,
        token_hash BYTEA NOT NULL UNIQUE,
        name TEXT NOT NULL,
        scopes TEXT NOT NULL,
        created_at BIGINT NOT NULL
    )",
    // What is logged outlives what it is about, so nothing is referred to. Durations are microseconds.
    "CREATE TABLE call_log (
        id TEXT PRIMARY KEY,
        time BIGINT NOT NULL,
        kind TEXT NOT NULL,
        deed TEXT NOT NULL,
        subject_id TEXT,
        integration TEXT,
        integrated_account_id TEXT,
        tenant_id TEXT,
        mcp_server_id TEXT,
        api_token_id TEXT,
        client_name TEXT,
        client_version TEXT,
        protocol_version TEXT,
        status TEXT NOT NULL,
        error_kind TEXT,
        duration BIGINT,
        upstream_duration BIGINT,
        upstream_requests BIGINT,
        upstream_status BIGINT,
        bytes BIGINT,
        result_count BIGINT
    )",
    "CREATE INDEX call_log_of_account ON call_log (integrated_account_id, id)",
    "CREATE INDEX call_log_of_mcp_server ON call_log (mcp_server_id, id)",
    "CREATE INDEX call_log_of_tenant ON call_log (tenant_id, id)",
    "CREATE INDEX call_log_of_api_token ON call_log (api_token_id, id)",
];

const CONNECTING: &[&str] = &[
    // Why the last try to replace the access token failed; `lease_until` says when the next one is.
    "ALTER TABLE integrated_account ADD COLUMN refresh_failure TEXT",
    // `state_hash` and what follows it are those of the login that is under way, if there is one.
    "CREATE TABLE link (
        id TEXT PRIMARY KEY,
        token_hash BYTEA NOT NULL UNIQUE,
        integration TEXT NOT NULL,
        name TEXT,
        tenant_id TEXT,
        integrated_account_id TEXT REFERENCES integrated_account (id) ON DELETE CASCADE,
        connection TEXT NOT NULL,
        origin TEXT,
        api_token_id TEXT,
        tries BIGINT NOT NULL,
        state_hash BYTEA UNIQUE,
        verifier_hash BYTEA,
        login_connection TEXT,
        created_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL
    )",
    "CREATE INDEX link_by_expiry ON link (expires_at)",
    "CREATE INDEX link_of_account ON link (integrated_account_id)",
];

/// The newest version.
pub(super) const NEWEST: i64 = VERSIONS.len() as i64;

/// The statements that lead from a version to the newest.
pub(super) fn since(version: i64) -> impl Iterator<Item = &'static str> {
    let known = usize::try_from(version).unwrap_or_default();
    VERSIONS
        .iter()
        .skip(known)
        .flat_map(|statements| statements.iter().copied())
}
