//! What is asked of connections themselves.

use std::any::Any;

use actix_web::{dev::Extensions, rt::net::TcpStream};

/// Milliseconds after which a connection is given up whose other end takes nothing of what waits for it. Whoever reads
/// slowly takes some; whoever never reads would hold memory for ever.
const GIVEN_UP: u32 = 60_000;

/// Looks after a new connection.
pub fn opened(connection: &dyn Any, _: &mut Extensions) {
    #[cfg(target_os = "linux")]
    if let Some(stream) = stream_of(connection)
        && let Err(error) = nix::sys::socket::setsockopt(
            stream,
            nix::sys::socket::sockopt::TcpUserTimeout,
            &GIVEN_UP,
        )
    {
        tracing::debug!(%error, "a connection whose other end never reads will not be given up");
    }
    #[cfg(not(target_os = "linux"))]
    let _ = (connection, GIVEN_UP, stream_of);
}

fn stream_of(connection: &dyn Any) -> Option<&TcpStream> {
    if let Some(stream) = connection.downcast_ref::<TcpStream>() {
        return Some(stream);
    }
    let secured = connection.downcast_ref::<actix_tls::accept::rustls_0_23::TlsStream<TcpStream>>();
    secured.map(|stream| stream.get_ref().0)
}
