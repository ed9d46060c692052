//! `touchline`: the server, its worker, and what an operator needs.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::atomic::Ordering,
    time::Duration,
};

use actix_web::{HttpServer, web::Data};
use api::core::{
    app::{app, watched},
    client,
    clock::Clock,
    config::Config,
    connection, health, openapi,
    state::AppState,
    telemetry,
};
use api::identity::rotation;
use api::platform::{audit_verification, backup, demo, installation, live, sighting, worker};
use clap::{Parser, Subcommand};
use tokio::sync::watch;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// One workspace for teams that sell.
#[derive(Parser)]
#[command(name = "touchline", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the API and the web client; with an embedded database, run jobs too.
    Serve {
        /// Leave jobs to `touchline worker`.
        #[arg(long)]
        without_worker: bool,
    },
    /// Run jobs and dispatch events.
    Worker {
        /// Answer `/health/…` and `/metrics` on this port.
        #[arg(long)]
        port: Option<u16>,
    },
    /// Ask the process on this machine whether it is ready; what a container is checked with.
    Health {
        /// Where it listens, if not on PORT.
        #[arg(long)]
        port: Option<u16>,
    },
    /// Bring the schema of the database up to date.
    Migrate,
    /// Fill the database with something to look at.
    Seed {
        /// The demo organization, unless it is there; prints its sign-ins.
        #[arg(long, required = true)]
        demo: bool,
    },
    /// Write everything into a file, while others go on working.
    Backup {
        /// The file, which must not be there yet.
        file: PathBuf,
    },
    /// Take over a backup into an empty database.
    Restore {
        /// The file that `backup` wrote.
        file: PathBuf,
        /// Lose what is in the database now.
        #[arg(long)]
        force: bool,
    },
    /// Look after the keys that encrypt secrets.
    Keys {
        #[command(subcommand)]
        command: KeysCommand,
    },
    /// What only the operator may do.
    Admin {
        #[command(subcommand)]
        command: AdminCommand,
    },
    /// Print the OpenAPI document.
    Openapi,
    /// Look at the configuration.
    Config {
        #[command(subcommand)]
        command: ConfigCommand,
    },
}

#[derive(Subcommand)]
enum AdminCommand {
    /// Check that the audit logs of all organizations are as they were written.
    VerifyAudit,
    /// Let a user see the installation as a whole, or no longer.
    Superuser {
        /// The address the user signs in with.
        email: String,
        /// Take the right away.
        #[arg(long)]
        revoke: bool,
    },
}

#[derive(Subcommand)]
enum KeysCommand {
    /// Encrypt and sign anew, by the first of TOUCHLINE_SECRET, what others of it have. Servers may go on meanwhile.
    Rotate,
}

#[derive(Subcommand)]
enum ConfigCommand {
    /// Check every variable and print what they are; secrets stay hidden.
    Check,
}

/// The allocator asks for pages of 2 MiB, of which a server that has little to do uses the smaller part: idle, they
/// hold 20 MiB for nothing. Where the kernel will not do without, it only costs that.
fn small_pages() {
    #[cfg(target_os = "linux")]
    let _ = nix::sys::prctl::set_thp_disable(true);
}

fn main() -> ExitCode {
    small_pages();
    let cli = Cli::parse();
    let result = match cli.command {
        Command::Openapi => {
            print!("{}", openapi::text());
            Ok(())
        }
        Command::Config {
            command: ConfigCommand::Check,
        } => check(),
        Command::Serve { without_worker } => configured(|config| {
            actix_web::rt::System::new().block_on(serve(config, !without_worker))
        }),
        Command::Worker { port } => {
            configured(|config| actix_web::rt::System::new().block_on(work(config, port)))
        }
        Command::Health { port } => configured(|config| health::ask(&config, port)),
        Command::Seed { .. } => {
            configured(|config| actix_web::rt::System::new().block_on(seed(config)))
        }
        Command::Admin {
            command: AdminCommand::VerifyAudit,
        } => configured(|config| actix_web::rt::System::new().block_on(verify_audit(config))),
        Command::Admin {
            command: AdminCommand::Superuser { email, revoke },
        } => configured(|config| {
            actix_web::rt::System::new().block_on(superuser(config, &email, !revoke))
        }),
        Command::Backup { file } => {
            configured(|config| actix_web::rt::System::new().block_on(back_up(config, &file)))
        }
        Command::Restore { file, force } => configured(|config| {
            actix_web::rt::System::new().block_on(restore(config, &file, force))
        }),
        Command::Keys {
            command: KeysCommand::Rotate,
        } => configured(|config| actix_web::rt::System::new().block_on(rotate(config))),
        Command::Migrate => {
            configured(|config| actix_web::rt::System::new().block_on(migrate(config)))
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn configured(run: impl FnOnce(Config) -> Result<(), String>) -> Result<(), String> {
    let config = Config::from_env()
        .map_err(|faults| format!("The configuration has faults:\n  {}", faults.join("\n  ")))?;
    telemetry::start_logs(&config.log);
    run(config)
}

fn check() -> Result<(), String> {
    let values: BTreeMap<String, String> = std::env::vars().collect();
    for line in Config::describe(&values) {
        println!("{line}");
    }
    Config::from_env()
        .map(|_| println!("\nThe configuration is right."))
        .map_err(|faults| format!("\nThe configuration has faults:\n  {}", faults.join("\n  ")))
}

async fn open(config: Config) -> Result<Data<AppState>, String> {
    telemetry::start_metrics()?;
    let embedded = config.database_url.starts_with("sqlite:");
    actix_web::rt::spawn(telemetry::keep_up());
    let state = AppState::open(config, Clock::System).await?;
    if embedded {
        state
            .store
            .migrate()
            .await
            .map_err(|error| error.to_string())?;
    }
    Ok(state)
}

async fn migrate(config: Config) -> Result<(), String> {
    let state = AppState::open(config, Clock::System).await?;
    state
        .store
        .migrate()
        .await
        .map_err(|error| error.to_string())?;
    println!("The schema is up to date.");
    Ok(())
}

async fn back_up(config: Config, file: &Path) -> Result<(), String> {
    let state = AppState::open(config, Clock::System).await?;
    let made = backup::backup(&state, file)
        .await
        .map_err(|error| error.to_string())?;
    state.store.close().await;
    println!("{}: {} rows.", file.display(), made.rows());
    Ok(())
}

async fn restore(config: Config, file: &Path, force: bool) -> Result<(), String> {
    let state = AppState::open(config, Clock::System).await?;
    let taken = backup::restore(&state, file, force)
        .await
        .map_err(|error| error.to_string())?;
    state.store.close().await;
    println!("{} rows are restored.", taken.rows());
    Ok(())
}

async fn seed(config: Config) -> Result<(), String> {
    let state = open(config).await?;
    let made = demo::seed(&state)
        .await
        .map_err(|error| error.to_string())?;
    state.store.close().await;
    println!(
        "{}\n{}",
        if made {
            "The demo organization is made."
        } else {
            "The demo organization is there already."
        },
        demo::sign_ins()
    );
    Ok(())
}

async fn superuser(config: Config, email: &str, superuser: bool) -> Result<(), String> {
    let state = open(config).await?;
    let done = installation::set_superuser(&state, email, superuser)
        .await
        .map_err(|error| error.to_string());
    state.store.close().await;
    done?;
    println!(
        "{email} {} the installation.",
        if superuser { "sees" } else { "no longer sees" }
    );
    Ok(())
}

async fn verify_audit(config: Config) -> Result<(), String> {
    let state = AppState::open(config, Clock::System).await?;
    let checked = audit_verification::verify_all(&state)
        .await
        .map_err(|error| error.to_string());
    state.store.close().await;
    let (lines, good) = checked?;
    for line in lines {
        println!("{line}");
    }
    if good {
        Ok(())
    } else {
        Err("An audit log is not as it was written.".to_owned())
    }
}

async fn rotate(config: Config) -> Result<(), String> {
    let state = open(config).await?;
    let done = rotation::rotate(&state)
        .await
        .map_err(|error| error.to_string());
    state.store.close().await;
    println!("{} secrets and signatures are made anew.", done?);
    Ok(())
}

async fn work(config: Config, port: Option<u16>) -> Result<(), String> {
    let host = config.host;
    let state = open(config).await?;
    let (stop, stopped) = watch::channel(false);
    let watching = match port {
        Some(port) => {
            let shared = state.clone();
            let server = HttpServer::new(move || watched(shared.clone()))
                .workers(1)
                .disable_signals()
                .bind((host, port))
                .map_err(|error| format!("--port: cannot listen on {host}:{port}: {error}"))?
                .run();
            let handle = server.handle();
            actix_web::rt::spawn(server);
            Some(handle)
        }
        None => None,
    };
    let worker = actix_web::rt::spawn(worker::run(state.clone(), stopped));
    terminated().await;
    state.draining.store(true, Ordering::Relaxed);
    let _ = stop.send(true);
    let _ = tokio::time::timeout(Duration::from_secs(30), worker).await;
    if let Some(handle) = watching {
        handle.stop(false).await;
    }
    state.store.close().await;
    Ok(())
}

async fn serve(config: Config, with_worker: bool) -> Result<(), String> {
    let (host, port, workers) = (config.host, config.port, config.workers);
    let tls = config.tls.clone();
    let public_url = config.public_url.clone();
    let state = open(config).await?;
    let (stop, stopped) = watch::channel(false);
    let writer = actix_web::rt::spawn(sighting::keep_writing(state.clone(), stopped.clone()));
    let told = actix_web::rt::spawn(live::run(state.clone(), stopped.clone()));
    let worker = with_worker.then(|| actix_web::rt::spawn(worker::run(state.clone(), stopped)));
    let shared = state.clone();
    let server = HttpServer::new(move || app(shared.clone()))
        .workers(workers)
        .backlog(2048)
        .max_connections(25_000)
        .on_connect(connection::opened)
        .client_request_timeout(Duration::from_secs(10))
        .keep_alive(Duration::from_secs(75))
        // With the five seconds before it, less than the 30 after which supervisors kill.
        .shutdown_timeout(24)
        .disable_signals();
    let server = match tls {
        Some((cert, key)) => server.bind_rustls_0_23((host, port), tls_config(&cert, &key)?),
        None => server.bind((host, port)),
    }
    .map_err(|error| format!("TOUCHLINE_HOST, PORT: cannot listen on {host}:{port}: {error}"))?
    .run();
    tracing::info!(%host, port, public_url, client = client::is_built(), "ready");
    let handle = server.handle();
    let draining = state.clone();
    actix_web::rt::spawn(async move {
        terminated().await;
        tracing::info!("stopping: requests and jobs in hand are finished first");
        draining.draining.store(true, Ordering::Relaxed);
        // A load balancer needs a moment to see that this one is not ready any more.
        if draining.config.environment == api::core::config::Environment::Production {
            tokio::time::sleep(Duration::from_secs(5)).await;
        }
        draining.live.close();
        handle.stop(true).await;
    });
    server.await.map_err(|error| error.to_string())?;
    let _ = stop.send(true);
    let _ = tokio::time::timeout(Duration::from_secs(5), writer).await;
    let _ = tokio::time::timeout(Duration::from_secs(5), told).await;
    if let Some(worker) = worker {
        let _ = tokio::time::timeout(Duration::from_secs(30), worker).await;
    }
    state.store.close().await;
    Ok(())
}

fn tls_config(
    cert: &std::path::Path,
    key: &std::path::Path,
) -> Result<rustls::ServerConfig, String> {
    use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
    let chain = CertificateDer::pem_file_iter(cert)
        .and_then(Iterator::collect)
        .map_err(|error| format!("TOUCHLINE_TLS_CERT: {error}"))?;
    let key =
        PrivateKeyDer::from_pem_file(key).map_err(|error| format!("TOUCHLINE_TLS_KEY: {error}"))?;
    rustls::ServerConfig::builder_with_provider(std::sync::Arc::new(
        rustls::crypto::ring::default_provider(),
    ))
    .with_safe_default_protocol_versions()
    .map_err(|error| error.to_string())?
    .with_no_client_auth()
    .with_single_cert(chain, key)
    .map_err(|error| format!("TOUCHLINE_TLS_CERT, TOUCHLINE_TLS_KEY: {error}"))
}

async fn terminated() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
        }
        Err(error) => {
            tracing::warn!(%error, "no signal can be waited for but Ctrl-C");
            let _ = tokio::signal::ctrl_c().await;
        }
    }
}
