//! What the vendor's errors mean, and where it says how much may still be asked.

use super::Step;
use crate::span::Sp;

/// What errors mean.
#[derive(Debug, Default)]
pub struct Errors {
    /// Where the code stands.
    pub code: Vec<Vec<Step>>,
    /// Where the message stands.
    pub message: Vec<Vec<Step>>,
    /// The rules.
    pub rules: Vec<ErrorRule>,
}

/// What an answer means.
#[derive(Debug)]
pub struct ErrorRule {
    /// From and to.
    pub status: Option<(u16, u16)>,
    /// A header and its values.
    pub header: Option<(String, Vec<String>)>,
    /// The vendor's codes.
    pub code: Vec<String>,
    /// A place and its values.
    pub body: Option<(Vec<Step>, Vec<String>)>,
    /// What it is.
    pub kind: crate::syntax::ErrorKind,
    /// What to do next.
    pub hint: Option<Sp<String>>,
}

/// Where the vendor says how much may still be asked.
#[derive(Debug, Default)]
pub struct RateLimit {
    /// Headers with the number allowed.
    pub limit: Vec<String>,
    /// Headers with the number left.
    pub remaining: Vec<String>,
    /// Headers with the number made.
    pub used: Vec<String>,
    /// Headers with the moment of reset.
    pub reset: Vec<(String, crate::syntax::ResetFormat)>,
}
