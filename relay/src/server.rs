//! The service: routes, the tasks behind them, and how they end.

use crate::{
    Config,
    app_files::AppFiles,
    chain::Chain,
    config::DEVELOPMENT_CHAIN,
    counters::{Count, Counters},
    headers::SecurityHeaders,
    health::health,
    limits::{MAX_WRITE_BUFFER, READ_BUFFER},
    origin::Origins,
    public_config::PublicConfig,
    register::Register,
    session::{self, Context as SessionContext},
    store::{SqliteStore, Store, World},
};
use anyhow::{Context, bail};
use axum::{
    Json, Router,
    extract::{Request, State, WebSocketUpgrade},
    http::{HeaderMap, Method, StatusCode, Uri, header},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{any, get},
    serve::ListenerExt,
};
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};
use thunder_channel::{Domain, wire::MAX_CLIENT_FRAME};
use thunder_ethereum::Hub;
use tokio::{net::TcpListener, sync::Semaphore, task::JoinHandle};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Everything that requests share.
pub struct App {
    pub(crate) context: Arc<SessionContext>,
    pub(crate) chain: Arc<Chain>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) sessions: TaskTracker,
    files: Option<AppFiles>,
    public_config: PublicConfig,
    headers: SecurityHeaders,
    origins: Origins,
    places: Arc<Semaphore>,
    next_connection: AtomicU64,
    /// Ends sessions that do not end politely.
    kill: CancellationToken,
}

impl App {
    /// Opens the store, reads the app, and checks that the chain is the right one.
    ///
    /// # Errors
    /// In words for the operator.
    pub async fn start(config: &Config) -> anyhow::Result<Arc<Self>> {
        let addresses = &config.addresses;
        if config.development && addresses.chain_id != DEVELOPMENT_CHAIN {
            bail!(
                "--development is only for chain {DEVELOPMENT_CHAIN}, where published keys are harmless; this is chain {}",
                addresses.chain_id
            );
        }
        let origins = Origins::new(&config.allow_origins)?;
        let headers = SecurityHeaders::new(&config.public_rpc).with_context(|| {
            format!(
                "the public RPC endpoint {:?} is not an http(s) URL",
                config.public_rpc
            )
        })?;
        let limits = &config.limits;
        let files = config
            .app
            .as_deref()
            .map(|path| AppFiles::read(path, limits))
            .transpose()?;
        let counters = Arc::new(Counters::default());
        let hub = Hub::new(addresses.hub);
        let (chain, identity) = Chain::connect(
            &config.rpc,
            hub,
            addresses.chain_id,
            limits,
            Arc::clone(&counters),
        )
        .await?;
        let chain = Arc::new(chain);
        let world = World {
            chain_id: identity.chain_id,
            genesis: identity.genesis.0,
            hub: addresses.hub.0,
        };
        let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&config.data, &world, limits)?);
        let domain = Domain {
            chain_id: addresses.chain_id,
            hub: addresses.hub,
        };
        let clock = Arc::clone(&config.clock);
        let register = Register::new(
            domain,
            Arc::clone(&chain),
            Arc::clone(&store),
            Arc::clone(&clock),
            Arc::clone(&counters),
        );
        let context = Arc::new(SessionContext {
            register,
            domain,
            limits: limits.clone(),
            clock,
            counters,
            stop: CancellationToken::new(),
        });
        Ok(Arc::new(Self {
            context,
            chain,
            store,
            sessions: TaskTracker::new(),
            files,
            public_config: PublicConfig {
                addresses: addresses.clone(),
                genesis_hash: identity.genesis,
                rpc_url: config.public_rpc.clone(),
                confirmations: config.confirmations,
                development: config.development,
            },
            headers,
            origins,
            places: Arc::new(Semaphore::new(limits.connections)),
            // 0 is nobody's.
            next_connection: AtomicU64::new(1),
            kill: CancellationToken::new(),
        }))
    }

    /// Ends all sessions, politely first, then writes out what is stored. Returns within the goodbye limit and a little.
    pub async fn stop(&self) {
        self.context.stop.cancel();
        self.sessions.close();
        let polite = tokio::time::timeout(self.context.limits.goodbye, self.sessions.wait()).await;
        if polite.is_err() {
            tracing::warn!(
                sessions = self.sessions.len(),
                "some sessions did not end in time and are cut off"
            );
            self.kill.cancel();
            self.sessions.wait().await;
        }
        self.chain.close().await;
        self.store.close().await;
        tracing::info!(counters = ?self.context.counters.all(), "stopped");
    }
}

/// The relay's routes.
pub fn app(state: Arc<App>) -> Router {
    Router::new()
        .route("/ws", any(socket))
        .route("/config.json", get(config))
        .route("/health", get(health))
        .fallback(file)
        .layer(from_fn_with_state(Arc::clone(&state), secure))
        .with_state(state)
}

async fn socket(State(app): State<Arc<App>>, headers: HeaderMap, upgrade: WebSocketUpgrade) -> Response {
    let counters = &app.context.counters;
    let Some(origin) = app.origins.admit(&headers) else {
        counters.add(Count::ForeignOrigin);
        let words = "this relay does not know this origin; if it should, start it with --allow-origin\n";
        return (StatusCode::FORBIDDEN, words).into_response();
    };
    let Ok(place) = Arc::clone(&app.places).try_acquire_owned() else {
        counters.add(Count::TooManyConnections);
        let later = [(header::RETRY_AFTER, "10")];
        return (
            StatusCode::SERVICE_UNAVAILABLE,
            later,
            "too many connections; try again later\n",
        )
            .into_response();
    };
    if app.context.stop.is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, "the relay is stopping\n").into_response();
    }
    let id = app.next_connection.fetch_add(1, Ordering::Relaxed);
    // Counted from here, so that shutdown waits for an upgrade that is under way.
    let (tracked, kill, context) = (app.sessions.token(), app.kill.clone(), Arc::clone(&app.context));
    upgrade
        .max_message_size(MAX_CLIENT_FRAME)
        .max_frame_size(MAX_CLIENT_FRAME)
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_write_buffer_size(MAX_WRITE_BUFFER)
        .on_failed_upgrade(|error| tracing::debug!(%error, "the upgrade failed"))
        .on_upgrade(move |socket| async move {
            kill.run_until_cancelled(session::serve(socket, id, origin, context))
                .await;
            drop((tracked, place));
        })
}

async fn config(State(app): State<Arc<App>>) -> Response {
    let fresh = [(header::CACHE_CONTROL, "no-cache")];
    (fresh, Json(app.public_config.clone())).into_response()
}

async fn file(State(app): State<Arc<App>>, method: Method, uri: Uri, headers: HeaderMap) -> Response {
    match &app.files {
        Some(files) => files.serve(&method, &uri, &headers),
        None => (StatusCode::NOT_FOUND, "this relay serves no app\n").into_response(),
    }
}

async fn secure(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let asked = request.headers().clone();
    let mut response = next.run(request).await;
    app.headers.put(&asked, &app.origins, response.headers_mut());
    response
}

/// Starts relays.
pub struct Server;

/// A running relay. Dropping it without [`shutdown`](Self::shutdown) leaves it running until the runtime ends.
pub struct Handle {
    /// Where it listens.
    pub addr: SocketAddr,
    app: Arc<App>,
    accepting: CancellationToken,
    server: JoinHandle<std::io::Result<()>>,
}

impl Server {
    /// Starts a relay and returns once it listens.
    ///
    /// # Errors
    /// In words for the operator: a taken port, an unreachable or wrong chain, a store that cannot be opened.
    pub async fn spawn(config: Config) -> anyhow::Result<Handle> {
        let listener = TcpListener::bind(config.listen).await.with_context(|| {
            format!(
                "cannot listen on {}; is the port taken? Choose another with --listen",
                config.listen
            )
        })?;
        let addr = listener.local_addr()?;
        let app_state = App::start(&config).await?;
        // Claims are small and wait for nobody.
        let listener = listener.tap_io(|stream| {
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(%error, "TCP_NODELAY was refused");
            }
        });
        let accepting = CancellationToken::new();
        let stopped = accepting.clone().cancelled_owned();
        let routes = app(Arc::clone(&app_state));
        let server = tokio::spawn(async move {
            axum::serve(listener, routes)
                .with_graceful_shutdown(stopped)
                .await
        });
        tracing::info!(%addr, chain = config.addresses.chain_id, hub = %thunder_channel::checksummed(config.addresses.hub), "listening");
        Ok(Handle {
            addr,
            app: app_state,
            accepting,
            server,
        })
    }
}

impl Handle {
    /// What was counted since the start.
    #[must_use]
    pub fn counters(&self) -> &Counters {
        &self.app.context.counters
    }

    /// Stops accepting, ends every session and closes the store. Takes at most some seconds.
    pub async fn shutdown(mut self) {
        self.accepting.cancel();
        self.app.stop().await;
        // Requests that are still being answered are short; idle connections are not waited for.
        let limits = &self.app.context.limits;
        if tokio::time::timeout(limits.farewell, &mut self.server)
            .await
            .is_err()
        {
            self.server.abort();
        }
    }
}
