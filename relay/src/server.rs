//! The service: routes, the tasks behind them, and how they end.

use crate::{
    Config,
    accept::{Door, Socket},
    app_files::AppFiles,
    board::Board,
    chain::Chain,
    client_address::{Proxies, household},
    config::DEVELOPMENT_CHAIN,
    counters::{Count, Counters},
    follow::{Lookout, LookoutHandle, Nodes},
    headers::SecurityHeaders,
    health, info,
    limits::{MAX_WRITE_BUFFER, READ_BUFFER},
    metrics, node_door,
    origin::Origins,
    public_config::PublicConfig,
    quota::{Quota, Quotas},
    register::Register,
    session::{self, Context as SessionContext, Visitor},
    store::{NatsStore, SqliteStore, Store, StoreAddress, World},
    tls,
};
use anyhow::{Context, bail};
use axum::{
    Extension, Json, Router,
    extract::{Request, State, WebSocketUpgrade},
    http::{HeaderMap, Method, StatusCode, Uri, header},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{any, get},
};
use std::{
    net::{IpAddr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};
use thunder_channel::{Domain, wire::MAX_CLIENT_FRAME};
use thunder_ethereum::{HttpProvider, Hub};
use tokio::{net::TcpListener, sync::Semaphore, task::JoinHandle};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Everything that requests share.
pub struct App {
    pub(crate) context: Arc<SessionContext>,
    pub(crate) chain: Arc<Chain>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) sessions: TaskTracker,
    pub(crate) public_config: PublicConfig,
    pub(crate) lookout: LookoutHandle,
    files: Option<AppFiles>,
    headers: SecurityHeaders,
    pub(crate) origins: Origins,
    /// The node that is passed on to, on development chains only.
    pub(crate) node: Option<HttpProvider>,
    proxies: Proxies,
    places: Arc<Semaphore>,
    addresses: Quotas<IpAddr>,
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
        let origins = Origins::new(&config.allow_origins, config.tls.is_some())?;
        let headers = SecurityHeaders::new(
            &config.public_rpc,
            &config.paywalls,
            &config.providers,
            config.development,
        )
        .with_context(|| {
            format!(
                "the public RPC endpoint {:?} is not an http(s) URL",
                config.public_rpc
            )
        })?;
        let node = match config.rpc.first() {
            Some(rpc) if config.development => Some(HttpProvider::new(rpc)?),
            _ => None,
        };
        let limits = &config.limits;
        let files = config
            .app
            .as_deref()
            .map(|path| AppFiles::read(path, limits))
            .transpose()?;
        let counters = Arc::new(Counters::default());
        let hub = Hub::new(addresses.hub);
        let nodes = Nodes::connect(
            &config.rpc,
            addresses.hub,
            addresses.chain_id,
            limits,
            Arc::clone(&counters),
        )
        .await?;
        let identity = nodes.identity();
        let nodes = Arc::new(nodes);
        let chain = Arc::new(Chain::new(
            Arc::clone(&nodes),
            hub,
            config.confirmations,
            limits,
            Arc::clone(&counters),
        ));
        let world = World {
            chain_id: identity.chain_id,
            genesis: identity.genesis.0,
            hub: addresses.hub.0,
        };
        let store: Arc<dyn Store> = match &config.store {
            StoreAddress::Sqlite => Arc::new(SqliteStore::open(&config.data, &world, limits)?),
            StoreAddress::Nats(address) => {
                Arc::new(NatsStore::open(address, &world, limits, Arc::clone(&counters)).await?)
            }
        };
        let lookout = Lookout::new(
            config,
            nodes,
            Arc::clone(&chain),
            Arc::clone(&store),
            Arc::clone(&counters),
        )
        .await?;
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
            limits,
        );
        let board = Board::new(addresses.sessions.map(|sessions| Domain {
            hub: sessions,
            ..domain
        }));
        let context = Arc::new(SessionContext {
            register,
            board,
            domain,
            limits: limits.clone(),
            clock,
            counters,
            keys: Quotas::new(limits.key_frames_per_second, limits.key_burst),
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
                watchtower: config.watchtower.is_some(),
                development: config.development,
                explorer: config.explorer.clone(),
                paywalls: config.paywalls.clone(),
                providers: config.providers.clone(),
                prices: config.prices.clone(),
            },
            lookout: lookout.spawn(),
            headers,
            origins,
            node,
            proxies: Proxies::new(config.trusted_proxies.clone()),
            places: Arc::new(Semaphore::new(limits.connections.min(Semaphore::MAX_PERMITS))),
            addresses: Quotas::new(limits.address_frames_per_second, limits.address_burst),
            // 0 is nobody's.
            next_connection: AtomicU64::new(1),
            kill: CancellationToken::new(),
        }))
    }

    /// Whether clients are welcome: claims can be stored, and the relay is not stopping.
    pub async fn ready(&self) -> bool {
        !self.context.stop.is_cancelled() && self.store.check().await.is_ok()
    }

    /// Ends all sessions, politely first, then writes out what is stored. Returns within the goodbye limit and a little.
    pub async fn stop(&self) {
        self.context.stop.cancel();
        self.sessions.close();
        let polite = tokio::time::timeout(self.context.limits.goodbye, self.sessions.wait()).await;
        if polite.is_err() {
            let sessions = self.sessions.len();
            (0..sessions).for_each(|_| self.context.counters.add(Count::CutOff));
            tracing::warn!(sessions, "some sessions did not end in time and are cut off");
            self.kill.cancel();
            self.sessions.wait().await;
        }
        self.lookout.close().await;
        self.chain.close().await;
        self.store.close().await;
        self.context.register.close().await;
        tracing::info!(counters = ?self.context.counters.all(), "stopped");
    }
}

/// The relay's routes.
pub fn app(state: Arc<App>) -> Router {
    let routes = Router::new()
        .route("/ws", any(socket))
        .route("/config.json", get(config))
        .route("/info", get(info::info))
        .fallback(file);
    let routes = match &state.node {
        Some(_) => routes.merge(node_door::routes()),
        None => routes,
    };
    routes
        .layer(from_fn_with_state(Arc::clone(&state), slow_down))
        // Whoever checks on the relay is never asked to wait.
        .merge(health::routes())
        .layer(from_fn_with_state(Arc::clone(&state), secure))
        .with_state(state)
}

async fn socket(
    State(app): State<Arc<App>>,
    Extension(socket): Extension<Socket>,
    Extension(address): Extension<Arc<Quota>>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    let context = &app.context;
    let (counters, limits) = (&context.counters, &context.limits);
    let Some(origin) = app.origins.admit(&headers) else {
        counters.add(Count::ForeignOrigin);
        let words = "this relay does not know this origin; if it should, start it with --allow-origin\n";
        return (StatusCode::FORBIDDEN, words).into_response();
    };
    let Ok(place) = Arc::clone(&app.places).try_acquire_owned() else {
        counters.add(Count::TooManyConnections);
        return busy(
            StatusCode::SERVICE_UNAVAILABLE,
            "too many connections; try again later\n",
        );
    };
    let Some(place_of_address) = address.enter(limits.connections_per_address) else {
        counters.add(Count::TooManyOfAddress);
        return busy(
            StatusCode::TOO_MANY_REQUESTS,
            "too many connections from your address; close one, or try again later\n",
        );
    };
    if context.stop.is_cancelled() {
        counters.add(Count::Stopping);
        return busy(StatusCode::SERVICE_UNAVAILABLE, "the relay is stopping\n");
    }
    address.count(limits.connection_cost, Instant::now());
    let visitor = Visitor {
        id: app.next_connection.fetch_add(1, Ordering::Relaxed),
        origin,
        address,
    };
    let places = (place, place_of_address, socket.places);
    // Counted from here, so that shutdown waits for an upgrade that is under way.
    let (tracked, kill, context) = (app.sessions.token(), app.kill.clone(), Arc::clone(context));
    upgrade
        .max_message_size(MAX_CLIENT_FRAME)
        .max_frame_size(MAX_CLIENT_FRAME)
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_write_buffer_size(MAX_WRITE_BUFFER)
        .on_failed_upgrade(|error| tracing::debug!(%error, "the upgrade failed"))
        .on_upgrade(move |socket| async move {
            kill.run_until_cancelled(session::serve(socket, visitor, context))
                .await;
            drop((tracked, places));
        })
}

/// Try again, but not at once.
fn busy(status: StatusCode, words: &'static str) -> Response {
    (status, [(header::RETRY_AFTER, "10")], words).into_response()
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

/// Requests of an address that asks or says more than its share are refused; its open WebSockets are read more slowly instead.
async fn slow_down(
    State(app): State<Arc<App>>,
    Extension(socket): Extension<Socket>,
    mut request: Request,
    next: Next,
) -> Response {
    let client = app.proxies.client(socket.peer.ip(), request.headers());
    let now = Instant::now();
    let address = app.addresses.of(household(client), now);
    if !address.spend(1, now) {
        app.context.counters.add(Count::TooManyRequests);
        return busy(
            StatusCode::TOO_MANY_REQUESTS,
            "too many requests from your address; try again later\n",
        );
    }
    request.extensions_mut().insert(address);
    next.run(request).await
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
    /// Where it serves metrics, if it does.
    pub metrics_addr: Option<SocketAddr>,
    app: Arc<App>,
    tls: bool,
    accepting: CancellationToken,
    door: JoinHandle<()>,
    measuring: CancellationToken,
    operators_door: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts a relay and returns once it listens.
    ///
    /// # Errors
    /// In words for the operator: a taken port, an unreachable or wrong chain, a store that cannot be opened, a certificate
    /// that cannot be read.
    pub async fn spawn(config: Config) -> anyhow::Result<Handle> {
        let tls = config.tls.as_ref().map(tls::acceptor).transpose()?;
        let listener = bind(config.listen, "--listen").await?;
        let addr = listener.local_addr()?;
        let metrics = match config.metrics {
            Some(addr) => Some(bind(addr, "--metrics").await?),
            None => None,
        };
        let metrics_addr = metrics.as_ref().map(TcpListener::local_addr).transpose()?;
        let app_state = App::start(&config).await?;
        let (accepting, measuring) = (CancellationToken::new(), CancellationToken::new());
        let door = |routes, tls, stop: &CancellationToken| {
            Door::new(
                routes,
                tls,
                config.limits.clone(),
                Arc::clone(&app_state.context.counters),
                app_state.proxies.clone(),
                stop.clone(),
            )
        };
        let speaks_tls = tls.is_some();
        let operators_door = metrics.map(|listener| {
            let routes = metrics::routes(Arc::clone(&app_state));
            tokio::spawn(door(routes, None, &measuring).serve(listener))
        });
        let public = door(app(Arc::clone(&app_state)), tls, &accepting);
        tracing::info!(%addr, chain = config.addresses.chain_id, hub = %thunder_channel::checksummed(config.addresses.hub), "listening");
        Ok(Handle {
            addr,
            metrics_addr,
            app: app_state,
            tls: speaks_tls,
            accepting,
            door: tokio::spawn(public.serve(listener)),
            measuring,
            operators_door,
        })
    }
}

async fn bind(addr: SocketAddr, flag: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(addr)
        .await
        .with_context(|| format!("cannot listen on {addr}; is the port taken? Choose another with {flag}"))
}

impl Handle {
    /// What was counted since the start.
    #[must_use]
    pub fn counters(&self) -> &Counters {
        &self.app.context.counters
    }

    /// Where browsers on this machine find it.
    #[must_use]
    pub fn url(&self) -> String {
        let scheme = if self.tls { "https" } else { "http" };
        format!("{scheme}://{}", self.addr)
    }

    /// Looks at the chain now, as the relay otherwise does from time to time, and returns when everything that follows from it
    /// was done. Gives the newest block.
    ///
    /// # Errors
    /// In words, why the look was not whole. The next one goes on.
    pub async fn look(&self) -> Result<u64, String> {
        self.app.lookout.look().await
    }

    /// Stops accepting, ends every session and closes the store. Takes at most some seconds. Metrics and health are told to the
    /// last.
    pub async fn shutdown(self) {
        self.accepting.cancel();
        self.app.stop().await;
        // Requests that are still being answered have the farewell limit for it.
        let _ = self.door.await;
        self.measuring.cancel();
        if let Some(door) = self.operators_door {
            let _ = door.await;
        }
    }
}
