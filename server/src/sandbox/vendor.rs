//! A simulated vendor: from a request to its answer.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::http::{HeaderMap, Method, StatusCode};
use bytes::Bytes;
use serde_json::Value;
use toolwright_runtime::json_path;
use toolwright_runtime::table::{Host, Integration, Origin, PathPart, ResponseForm};

use super::access::Access;
use super::answer::{self, Answer, Failure, Refusal};
use super::call::Call;
use super::capture::{Captured, capture};
use super::collection::Collection;
use super::endpoint::Endpoint;
use super::parameters::Parameters;
use super::{Problem, check, data};
