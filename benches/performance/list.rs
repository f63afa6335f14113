//! `tools/list` over HTTP against a bare axum handler that sends the same bytes.
//!
//! The two take turns, and the figure is the median of the ratios turn by turn, which a machine that
//! changes its speed does not disturb.

use crate::report::Report;
use crate::server::{BARE, ONE_TOKEN, OURS, Server};
use crate::{Failure, median};

/// How often each server has its turn.
const TURNS: usize = 9;

/// The most processor time for a request, as a multiple of the bare handler's.
const LIMIT: f64 = 1.3;

pub(crate) fn measure(report: &mut Report) -> Result<(), Failure> {
    for tools in [5, 1000] {
        let (ours, bare) = (
            Server::start(OURS, tools, None)?,
            Server::start(BARE, tools, None)?,
        );
        let size = ours.turn(ONE_TOKEN)?.bytes;
        if bare.turn(ONE_TOKEN)?.bytes != size {
            return Err("the two servers do not send the same bytes".into());
        }
        let mut turns = Vec::new();
        for _ in 0..TURNS {
            turns.push((ours.turn(ONE_TOKEN)?.cost, bare.turn(ONE_TOKEN)?.cost));
        }
        let each = |of: fn(&(f64, f64)) -> f64| median(turns.iter().map(of).collect());
        let ratio = each(|(ours, bare)| ours / bare).ok_or("no turns")?;
        let (Some(ours), Some(bare)) = (each(|(ours, _)| *ours), each(|(_, bare)| *bare)) else {
            continue;
        };
        let kilobytes = size as f64 / 1000.0;
        let what = format!("{tools} tools ({kilobytes:.0} kB), CPU per request against bare axum");
        report.limited(&what, ratio, "x", LIMIT)?;
        report.figure(&format!("{tools} tools, ours"), ours, "us")?;
        report.figure(&format!("{tools} tools, bare axum"), bare, "us")?;
    }
    Ok(())
}
