//! What processes use, as the kernel counts it (`man 5 proc`).

use std::fs;
use std::io;
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::Failure;

/// The kernel counts processor time in hundredths of a second for every program (`USER_HZ`).
const TICK: Duration = Duration::from_millis(10);

/// How often the memory of a running command is looked at.
const GLANCE: Duration = Duration::from_millis(5);

/// What a command used, with the processes it started.
pub(crate) struct Usage {
    /// Processor time, of user and kernel together.
    pub(crate) cpu: Duration,
    /// Time on the clock.
    pub(crate) wall: Duration,
    /// The most memory that one of the processes held, in bytes.
    pub(crate) peak: u64,
}

/// Runs a command to its end and hands back its standard output.
pub(crate) fn run(command: &mut Command) -> Result<(String, Usage), Failure> {
    let before = reaped()?;
    let started = Instant::now();
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let (pid, ended) = (child.id(), AtomicBool::new(false));
    let (output, peak) = thread::scope(|scope| {
        let watch = scope.spawn(|| watch(pid, &ended));
        let output = child.wait_with_output();
        ended.store(true, Ordering::Relaxed);
        (output, watch.join().unwrap_or_default())
    });
    let Output {
        status,
        stdout,
        stderr,
    } = output?;
    if !status.success() {
        let stderr = String::from_utf8_lossy(&stderr);
        return Err(format!("{command:?}: {status}\n{stderr}").into());
    }
    let usage = Usage {
        cpu: reaped()?.saturating_sub(before),
        wall: started.elapsed(),
        peak,
    };
    Ok((String::from_utf8(stdout)?, usage))
}

/// The processor time of a running process, all its threads together.
pub(crate) fn cpu(pid: u32) -> Result<Duration, Failure> {
    times(&pid.to_string(), 13)
}

/// The processor time of this process.
pub(crate) fn own_cpu() -> Result<Duration, Failure> {
    times("self", 13)
}

/// The processor time of the children that have ended.
fn reaped() -> Result<Duration, Failure> {
    times("self", 15)
}

/// The sum of two neighbouring fields of `/proc/PID/stat`, counted from 0.
fn times(process: &str, field: usize) -> Result<Duration, Failure> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The second field is the program's name in brackets, in which anything may stand.
    let (_, rest) = stat
        .rsplit_once(") ")
        .ok_or("/proc/PID/stat has no program name")?;
    let ticks = rest.split(' ').skip(field - 2).take(2);
    let ticks: Result<Vec<u32>, _> = ticks.map(str::parse).collect();
    Ok(TICK * ticks?.iter().sum())
}

/// The most memory that a process or one below it holds until it has ended, in bytes.
fn watch(pid: u32, ended: &AtomicBool) -> u64 {
    let mut peak = 0;
    while !ended.load(Ordering::Relaxed) {
        peak = peak.max(memory(pid).unwrap_or_default());
        thread::sleep(GLANCE);
    }
    peak
}

/// The most memory that a process or one below it has held so far, in bytes.
fn memory(pid: u32) -> io::Result<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let mut words = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap_or_default()
        .split_whitespace();
    let kilobytes = words.next().and_then(|word| word.parse::<u64>().ok());
    let mut peak = kilobytes.unwrap_or_default() * 1024;
    for task in fs::read_dir(format!("/proc/{pid}/task"))? {
        let children = fs::read_to_string(task?.path().join("children")).unwrap_or_default();
        for child in children
            .split_whitespace()
            .filter_map(|word| word.parse().ok())
        {
            // A process that has just ended holds nothing.
            peak = peak.max(memory(child).unwrap_or_default());
        }
    }
    Ok(peak)
}
