//! A real NATS server of one test, and a way to it that can be cut.

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
};
use tempfile::TempDir;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
};

fn program() -> PathBuf {
    if let Some(path) = std::env::var_os("NATS_SERVER") {
        return path.into();
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/sbin".into(), "/usr/local/sbin".into()])
        .map(|directory| directory.join("nats-server"))
        .find(|path| path.exists())
        .expect("no nats-server in PATH: `apt-get install nats-server`, or set NATS_SERVER to the program")
}

/// A server with JetStream, killed with the value.
pub struct NatsServer {
    process: Child,
    data: TempDir,
    arguments: Vec<String>,
    target: watch::Sender<Option<SocketAddr>>,
}

impl NatsServer {
    pub fn start() -> Self {
        Self::start_with(vec!["-js".to_owned()])
    }

    /// One that keeps nothing.
    pub fn without_jetstream() -> Self {
        Self::start_with(Vec::new())
    }

    /// A cluster of this many, each of which knows of the others.
    pub fn cluster(size: usize) -> Vec<Self> {
        // Nobody else gets these while they are held; the servers have to know them before they start.
        let held: Vec<_> = (0..size)
            .map(|_| std::net::TcpListener::bind("127.0.0.1:0").unwrap())
            .collect();
        let addresses: Vec<_> = held
            .iter()
            .map(|listener| format!("nats://{}", listener.local_addr().unwrap()))
            .collect();
        drop(held);
        let arguments = |number: usize| {
            let name = format!("nats-{number}");
            let routes = addresses.join(",");
            [
                "-js",
                "-n",
                &name,
                "--cluster_name",
                "thunder",
                "--cluster",
                &addresses[number],
                "--routes",
                &routes,
            ]
            .map(str::to_owned)
            .to_vec()
        };
        (0..size)
            .map(|number| Self::start_with(arguments(number)))
            .collect()
    }

    fn start_with(arguments: Vec<String>) -> Self {
        let data = TempDir::new().unwrap();
        let (process, addr) = spawn(&arguments, data.path());
        Self {
            process,
            data,
            arguments,
            target: watch::Sender::new(Some(addr)),
        }
    }

    pub fn addr(&self) -> SocketAddr {
        self.target.borrow().expect("it runs")
    }

    /// SIGKILL: no goodbye, no flush.
    pub fn kill(&mut self) {
        self.target.send_replace(None);
        self.process.kill().ok();
        self.process.wait().ok();
    }

    /// Starts it anew over the same data.
    pub fn restart(&mut self) {
        let (process, addr) = spawn(&self.arguments, self.data.path());
        self.process = process;
        self.target.send_replace(Some(addr));
    }

    /// A copy of what is on its disk. It must not run.
    pub fn copy_data(&self) -> TempDir {
        let copy = TempDir::new().unwrap();
        copy_all(self.data.path(), copy.path());
        copy
    }

    /// Puts an earlier state of its disk in place, as if what came later had never got there. It must not run.
    pub fn put_back(&mut self, copy: TempDir) {
        self.data = copy;
    }

    /// A way to this server, wherever it listens.
    pub async fn way(&self) -> Way {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let open = Arc::new(watch::Sender::new(true));
        tokio::spawn(forward(listener, self.target.subscribe(), Arc::clone(&open)));
        Way { addr, open }
    }
}

impl Drop for NatsServer {
    fn drop(&mut self) {
        self.kill();
    }
}

fn spawn(arguments: &[String], data: &Path) -> (Child, SocketAddr) {
    let program = program();
    let mut process = Command::new(&program)
        .args(["-a", "127.0.0.1", "-p", "-1", "-sd"])
        .arg(data)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{}: {error}", program.display()));
    let mut lines = BufReader::new(process.stderr.take().unwrap())
        .lines()
        .map_while(Result::ok);
    let mut addr = None;
    for line in lines.by_ref() {
        if let Some((_, words)) = line.split_once("Listening for client connections on ") {
            addr = words.trim().parse().ok();
        }
        if line.contains("Server is ready") {
            break;
        }
    }
    // It would stop at a full pipe.
    std::thread::spawn(move || lines.for_each(drop));
    (process, addr.expect("nats-server says where it listens"))
}

fn copy_all(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            std::fs::create_dir(&target).unwrap();
            copy_all(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// A TCP forwarder that can be cut.
pub struct Way {
    addr: SocketAddr,
    open: Arc<watch::Sender<bool>>,
}

impl Way {
    /// The address of the server by this way.
    pub fn url(&self) -> String {
        format!("nats://{}", self.addr)
    }

    /// Every connection breaks, and none can be made.
    pub fn cut(&self) {
        self.open.send_replace(false);
    }

    pub fn mend(&self) {
        self.open.send_replace(true);
    }
}

async fn forward(
    listener: TcpListener,
    target: watch::Receiver<Option<SocketAddr>>,
    open: Arc<watch::Sender<bool>>,
) {
    while let Ok((mut near, _)) = listener.accept().await {
        let (target, mut open) = (*target.borrow(), open.subscribe());
        let Some(target) = target.filter(|_| *open.borrow()) else {
            continue;
        };
        tokio::spawn(async move {
            let Ok(mut far) = TcpStream::connect(target).await else {
                return;
            };
            near.set_nodelay(true).ok();
            far.set_nodelay(true).ok();
            tokio::select! {
                _ = tokio::io::copy_bidirectional(&mut near, &mut far) => (),
                _ = open.wait_for(|open| !open) => (),
            }
        });
    }
}
