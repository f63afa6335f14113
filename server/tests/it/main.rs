//! The MCP edge as its clients see it: over a real listener on the loopback interface, and over
//! pipes.

mod guard;
mod legacy;
mod modern;
mod stdio;
mod support;
mod tool_calls;
mod toolset;
mod transport;
