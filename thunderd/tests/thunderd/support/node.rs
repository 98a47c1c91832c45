//! A `thunderd` process, called by its REST API.

use super::{
    PATIENCE, thd, until,
    world::{PHRASE, World},
};
use reqwest::{Method, blocking::Client};
use serde_json::{Value, json};
use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
};
use thunder_channel::Address;

pub const PASSWORD: &str = "correct horse battery";

/// A daemon, ended with the value.
pub struct Node {
    process: Child,
    pub port: u16,
    pub data: PathBuf,
    book: PathBuf,
    rpc: String,
    arguments: Vec<String>,
    client: Client,
}

impl Node {
    /// Starts one with a data directory of this name. It reads the chain often, since tests wait for it.
    pub fn start(world: &World, name: &str, arguments: &[&str]) -> Self {
        let data = world.directory.path().join(name);
        let arguments = arguments.iter().map(ToString::to_string).collect();
        Self::over(data, world.book(), world.anvil.url.clone(), arguments, 0)
    }

    fn over(data: PathBuf, book: PathBuf, rpc: String, arguments: Vec<String>, port: u16) -> Self {
        let command = command(&data, &book, &rpc, port);
        Self::run(command, data, book, rpc, arguments)
    }

    /// Starts one whose files cannot grow beyond so many kibibytes, as on a disk that is full.
    #[cfg(unix)]
    pub fn start_cramped(world: &World, name: &str, kibibytes: u32) -> Self {
        let data = world.directory.path().join(name);
        let (book, rpc) = (world.book(), world.anvil.url.clone());
        let whole = command(&data, &book, &rpc, 0);
        // Blocks of 512 bytes. The signal would end the process; ignored, the write fails as on a full disk.
        let limit = format!("trap '' XFSZ; ulimit -f {}; exec \"$0\" \"$@\"", kibibytes * 2);
        let mut cramped = Command::new("sh");
        cramped
            .args(["-c", &limit])
            .arg(whole.get_program())
            .args(whole.get_args())
            .env("THUNDERD_PASSWORD", PASSWORD)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        Self::run(cramped, data, book, rpc, Vec::new())
    }

    fn run(mut command: Command, data: PathBuf, book: PathBuf, rpc: String, arguments: Vec<String>) -> Self {
        let mut process = command.args(&arguments).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let port = line
            .trim()
            .strip_prefix("listening on port ")
            .and_then(|port| port.parse().ok());
        let port = port.unwrap_or_else(|| panic!("no node: {}", log(&data)));
        Self {
            process,
            port,
            data,
            book,
            rpc,
            arguments,
            client: Client::builder().no_proxy().timeout(PATIENCE).build().unwrap(),
        }
    }

    /// Ends it at once, as a power cut would, and starts it again on the same port and directory.
    pub fn kill_and_restart(&mut self) {
        self.kill();
        self.restart();
    }

    pub fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    pub fn restart(&mut self) {
        let (data, book) = (self.data.clone(), self.book.clone());
        // Assigned only once it runs: dropping the former value ends a process that has ended.
        *self = Self::over(data, book, self.rpc.clone(), self.arguments.clone(), self.port);
    }

    /// Ends it at once, and starts it again with other arguments.
    pub fn restart_with(&mut self, arguments: &[&str]) {
        self.kill();
        self.arguments = arguments.iter().map(ToString::to_string).collect();
        self.restart();
    }

    /// The process.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Asks it to end, and waits for that.
    pub fn stop(&mut self) -> ExitStatus {
        let sent = Command::new("kill")
            .args(["-s", "TERM", &self.id().to_string()])
            .status();
        assert!(sent.unwrap().success());
        self.process.wait().unwrap()
    }

    pub fn token(&self) -> String {
        std::fs::read_to_string(self.data.join("api-token")).unwrap()
    }

    pub fn request(&self, method: Method, path: &str) -> reqwest::blocking::RequestBuilder {
        let url = format!("http://127.0.0.1:{}/v1/{path}", self.port);
        self.client.request(method, url).bearer_auth(self.token())
    }

    /// What a call answers, whatever its status.
    pub fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> (u16, Value) {
        let request = self.request(method, path);
        let request = match body {
            Some(body) => request.json(body),
            None => request,
        };
        let answer = request
            .send()
            .unwrap_or_else(|error| panic!("{path}: {error}; {}", log(&self.data)));
        let status = answer.status().as_u16();
        (status, answer.json().unwrap_or(Value::Null))
    }

    pub fn get(&self, path: &str) -> Value {
        self.good(path, self.ask(Method::GET, path, None))
    }

    pub fn post(&self, path: &str, body: &Value) -> Value {
        self.good(path, self.ask(Method::POST, path, Some(body)))
    }

    fn good(&self, path: &str, (status, answer): (u16, Value)) -> Value {
        assert!(
            (200..300).contains(&status),
            "{path}: {status} {answer}; {}",
            log(&self.data)
        );
        answer
    }

    /// The code of a call that is refused.
    pub fn refused(&self, path: &str, body: &Value) -> String {
        let (status, answer) = self.ask(Method::POST, path, Some(body));
        assert!(status >= 400, "{path}: {answer}");
        assert_eq!(answer["status"], status);
        answer["code"].as_str().unwrap().to_owned()
    }

    /// The events since its start, as far as they have come within a moment.
    pub fn events(&self) -> String {
        use std::io::Read;
        let mut stream = self
            .request(Method::GET, "events")
            .header("last-event-id", "0")
            .timeout(std::time::Duration::from_secs(2))
            .send()
            .unwrap();
        let mut all = Vec::new();
        // It has no end: what came until the time was over is there.
        let _ = stream.read_to_end(&mut all);
        String::from_utf8_lossy(&all).into_owned()
    }

    pub fn import(&self, index: u32) -> Address {
        let wallet = json!({ "from": "phrase", "phrase": PHRASE, "index": index, "password": PASSWORD });
        address(&self.post("wallet", &wallet)["account"])
    }

    pub fn unlock(&self) {
        self.post("wallet/unlock", &json!({ "password": PASSWORD }));
    }

    pub fn account(&self) -> Address {
        address(&self.get("info")["wallet"]["account"])
    }

    pub fn connect(&self, other: &Self) {
        let peer = self.post(
            "peers",
            &json!({ "address": format!("127.0.0.1:{}", other.port) }),
        );
        assert_eq!(peer["connected"], true);
    }

    pub fn is_linked(&self) -> bool {
        let peers = self.get("peers");
        peers
            .as_array()
            .unwrap()
            .iter()
            .any(|peer| peer["connected"] == true)
    }

    /// Opens a channel and waits until the other side has joined it.
    pub fn open_with(&self, other: &Self, whole: u64, policy: &str) -> String {
        let with = format!("{:#x}", other.account());
        let opened = self.post(
            "channels",
            &json!({ "with": with, "amount": thd(whole), "policy": policy }),
        );
        let id = opened["channel"]["id"].as_str().unwrap().to_owned();
        until("the other side", || {
            (other.channel_if_known(&id)?["joined"] == true).then_some(())
        });
        until("the other side's word", || {
            (self.channel(&id)["counterpartyOnline"] == true).then_some(())
        });
        id
    }

    pub fn channel(&self, id: &str) -> Value {
        self.get(&format!("channels/{id}"))
    }

    fn channel_if_known(&self, id: &str) -> Option<Value> {
        let (status, answer) = self.ask(Method::GET, &format!("channels/{id}"), None);
        (status == 200).then_some(answer)
    }

    pub fn pay_units(&self, key: &str, units: u128) -> (u16, Value) {
        let body = json!({ "amount": units.to_string() });
        let request = self
            .request(Method::POST, "payments")
            .header("idempotency-key", key);
        let answer = request.json(&body).send().unwrap();
        (answer.status().as_u16(), answer.json().unwrap())
    }

    pub fn pay(&self, key: &str, whole: u64) -> Value {
        let (status, answer) = self.pay_units(key, u128::from(whole) * 10_u128.pow(18));
        self.good("payments", (status, answer))
    }

    /// Pays in a channel.
    pub fn post_payment(&self, channel: &str, units: u128) {
        let body = json!({ "amount": units.to_string(), "channel": channel });
        let key = format!("by-hand-{}", self.channel(channel)["paid"]["mine"]);
        let request = self
            .request(Method::POST, "payments")
            .header("idempotency-key", key.replace('"', ""));
        let answer = request.json(&body).send().unwrap();
        assert!(answer.status().is_success(), "{}", answer.text().unwrap());
    }

    /// Waits until the channel's phase has this name.
    pub fn wait_for(&self, id: &str, phase: &str) -> Value {
        until(phase, || {
            let channel = self.channel(id);
            (channel["phase"]["name"] == phase).then_some(channel)
        })
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// The command of a daemon over a data directory.
pub fn command(data: &Path, book: &Path, rpc: &str, port: u16) -> Command {
    std::fs::create_dir_all(data.parent().unwrap()).unwrap();
    let log = File::options()
        .create(true)
        .append(true)
        .open(data.with_extension("log"))
        .unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_thunderd"));
    command
        .args(["--listen", "127.0.0.1", "--poll-ms", "50", "--rpc", rpc])
        .arg("--port")
        .arg(port.to_string())
        .arg("--addresses")
        .arg(book)
        .arg("--data")
        .arg(data)
        .env("THUNDERD_PASSWORD", PASSWORD)
        .env_remove("RUST_LOG")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(log);
    command
}

/// What a daemon has logged.
pub fn log(data: &Path) -> String {
    std::fs::read_to_string(data.with_extension("log")).unwrap_or_default()
}

fn address(text: &Value) -> Address {
    thunder_channel::parse_address(text.as_str().unwrap()).unwrap()
}
