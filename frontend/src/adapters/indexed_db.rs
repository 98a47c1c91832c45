//! The client's store in the browser: IndexedDB, every transaction with strict durability.
//!
//! Browsers default to relaxed durability, which can lose a claim that was already sent. Each opening of a database raises its
//! writer number, and each commit checks in its own transaction that the number is still its own: a window that another
//! one took over can no longer write, whatever it still believes.

use crate::words::say;
use async_trait::async_trait;
use futures::channel::oneshot;
use js_sys::{Array, Function, Object, Promise, Reflect};
use std::{cell::RefCell, rc::Rc};
use thunder_client::{
    Write,
    ports::{Store, StoreError},
};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DomException, IdbDatabase, IdbFactory, IdbRequest, IdbTransaction, IdbTransactionMode};

/// 2: the two stores of sessions.
const VERSION: u32 = 2;
/// What the client wrote.
const RECORDS: &str = "records";
/// What the app keeps beside it.
pub(super) const META: &str = "meta";
/// Sessions with providers, and who is distrusted.
pub(super) const SESSIONS: &str = "sessions";
/// Bytes that came in them.
pub(super) const PIECES: &str = "pieces";
const WRITER: &str = "writer";
const PAYMENT_KEY: &str = "payment-key";

/// One open database.
#[derive(Debug)]
pub struct IndexedDb {
    database: IdbDatabase,
    writer: f64,
}

impl IndexedDb {
    /// Opens or makes the database and becomes its only writer.
    ///
    /// # Errors
    /// [`StoreError`] if the browser has no storage here or refuses it.
    pub async fn open(name: &str) -> Result<Self, StoreError> {
        let request = factory()?
            .open_with_u32(name, VERSION)
            .map_err(|error| failed(&error))?;
        let upgrade = {
            let request = request.clone();
            handler(move || {
                let Some(database) = request
                    .result()
                    .ok()
                    .and_then(|result| result.dyn_into::<IdbDatabase>().ok())
                else {
                    return;
                };
                for store in [RECORDS, META, SESSIONS, PIECES] {
                    // It fails only if the store is there already.
                    drop(database.create_object_store(store));
                }
            })
        };
        request.set_onupgradeneeded(Some(&upgrade));
        let database: IdbDatabase = answer(&request).await?.unchecked_into();
        // Another window may want to discard this database; holding on to it would block that for ever.
        let closing = {
            let database = database.clone();
            handler(move || database.close())
        };
        database.set_onversionchange(Some(&closing));
        let mut opened = Self {
            database,
            writer: 0.0,
        };
        opened.writer = opened.become_writer().await?;
        Ok(opened)
    }

    /// The databases of this origin, by name. Empty where the browser does not say.
    pub async fn names() -> Vec<String> {
        let Ok(factory) = factory() else { return Vec::new() };
        // Not in web-sys' stable part.
        let listed = Reflect::get(&factory, &"databases".into())
            .and_then(JsCast::dyn_into::<Function>)
            .and_then(|databases| databases.call0(&factory))
            .and_then(JsCast::dyn_into::<Promise>);
        let Ok(listed) = listed else { return Vec::new() };
        let listed = JsFuture::from(listed).await.unwrap_or(JsValue::UNDEFINED);
        listed
            .dyn_into::<Array>()
            .unwrap_or_default()
            .iter()
            .filter_map(|info| Reflect::get(&info, &"name".into()).ok()?.as_string())
            .collect()
    }

    /// Deletes a database for good.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn delete(name: &str) -> Result<(), StoreError> {
        let request = factory()?.delete_database(name).map_err(|error| failed(&error))?;
        answer(&request).await.map(drop)
    }

    /// The payment key's secret, in hexadecimal, once it was derived in this browser.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn payment_key(&self) -> Result<Option<String>, StoreError> {
        let transaction = self.begin(IdbTransactionMode::Readonly, &[META])?;
        let request = object_store(&transaction, META)?
            .get(&PAYMENT_KEY.into())
            .map_err(|error| failed(&error))?;
        Ok(answer(&request).await?.as_string())
    }

    /// Keeps the payment key's secret.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn keep_payment_key(&self, secret: &str) -> Result<(), StoreError> {
        let transaction = self.begin(IdbTransactionMode::Readwrite, &[META])?;
        object_store(&transaction, META)?
            .put_with_key(&secret.into(), &PAYMENT_KEY.into())
            .map_err(|error| failed(&error))?;
        completed(&transaction).await
    }

    /// How durable the browser says a transaction of this store is: `strict`.
    ///
    /// # Errors
    /// [`StoreError`]
    pub fn durability(&self) -> Result<String, StoreError> {
        let transaction = self.begin(IdbTransactionMode::Readwrite, &[META])?;
        let said = Reflect::get(&transaction, &"durability".into()).map_err(|error| failed(&error))?;
        Ok(said.as_string().unwrap_or_default())
    }

    /// Gives the database back. What is asked of it afterwards fails.
    pub fn close(&self) {
        self.database.close();
    }

    async fn become_writer(&self) -> Result<f64, StoreError> {
        let transaction = self.begin(IdbTransactionMode::Readwrite, &[META])?;
        let meta = object_store(&transaction, META)?;
        let last = meta.get(&WRITER.into()).map_err(|error| failed(&error))?;
        let writer = Rc::new(RefCell::new(0.0));
        let raise = {
            let (last, writer, meta) = (last.clone(), writer.clone(), meta.clone());
            handler(move || {
                let former = last.result().ok().and_then(|value| value.as_f64()).unwrap_or(0.0);
                *writer.borrow_mut() = former + 1.0;
                // If it cannot be asked for, the transaction is over already and says so itself.
                drop(meta.put_with_key(&JsValue::from_f64(former + 1.0), &WRITER.into()));
            })
        };
        last.set_onsuccess(Some(&raise));
        completed(&transaction).await?;
        let writer = *writer.borrow();
        Ok(writer)
    }

    /// Everything in a store of texts, by key.
    pub(super) async fn texts(&self, store: &str) -> Result<Vec<(String, String)>, StoreError> {
        let transaction = self.begin(IdbTransactionMode::Readonly, &[store])?;
        let records = object_store(&transaction, store)?;
        let keys = records.get_all_keys().map_err(|error| failed(&error))?;
        let values = records.get_all().map_err(|error| failed(&error))?;
        // Both are asked for before either is awaited, so they see the same state.
        let (keys, values) = futures::future::try_join(answer(&keys), answer(&values)).await?;
        let (keys, values): (Array, Array) = (keys.unchecked_into(), values.unchecked_into());
        keys.iter()
            .zip(values.iter())
            .map(|(key, value)| {
                let key = key
                    .as_string()
                    .unwrap_or_else(|| "a record without a name".to_owned());
                match value.as_string() {
                    Some(value) => Ok((key, value)),
                    None => Err(StoreError::Corrupt { key }),
                }
            })
            .collect()
    }

    /// All that `put` asks for or nothing, durable on return, and only while this is the writer. `META` is among the stores.
    pub(super) async fn write(
        &self,
        stores: &[&str],
        put: &dyn Fn(&IdbTransaction) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let transaction = self.begin(IdbTransactionMode::Readwrite, stores)?;
        let current = object_store(&transaction, META)?
            .get(&WRITER.into())
            .map_err(|error| failed(&error))?;
        let taken_over = Rc::new(RefCell::new(false));
        let check = {
            let (request, transaction) = (current.clone(), transaction.clone());
            let (writer, taken_over) = (self.writer, taken_over.clone());
            handler(move || {
                let now = request.result().ok().and_then(|value| value.as_f64());
                if now != Some(writer) {
                    *taken_over.borrow_mut() = true;
                    // Requests run in order: the writes below are undone with it.
                    drop(transaction.abort());
                } else {
                    // By itself it would be committed only once this page has heard of each write. A write that fails undoes
                    // all of them either way. Deprecated in web-sys, which copied an old draft; it is in the standard.
                    #[allow(deprecated)]
                    drop(transaction.commit());
                }
            })
        };
        current.set_onsuccess(Some(&check));
        if let Err(error) = put(&transaction) {
            // All or none: what was put before the failure must not be committed by itself.
            drop(transaction.abort());
            return Err(error);
        }
        let result = completed(&transaction).await;
        if *taken_over.borrow() {
            return Err(StoreError::TakenOver);
        }
        result
    }

    pub(super) fn begin(
        &self,
        mode: IdbTransactionMode,
        stores: &[&str],
    ) -> Result<IdbTransaction, StoreError> {
        let mode = match mode {
            IdbTransactionMode::Readonly => "readonly",
            _ => "readwrite",
        };
        // By reflection: web-sys keeps the durability option behind an unstable switch.
        let options = Object::new();
        let begin =
            |name: &str| Reflect::get(&self.database, &name.into()).and_then(JsCast::dyn_into::<Function>);
        Reflect::set(&options, &"durability".into(), &"strict".into())
            .and_then(|_| begin("transaction"))
            .and_then(|begin| {
                let stores: Array = stores.iter().map(|name| JsValue::from_str(name)).collect();
                begin.call3(&self.database, &stores, &mode.into(), &options)
            })
            .and_then(JsCast::dyn_into)
            .map_err(|error| failed(&error))
    }
}

#[async_trait(?Send)]
impl Store for IndexedDb {
    async fn load(&self) -> Result<Vec<(String, String)>, StoreError> {
        self.texts(RECORDS).await
    }

    async fn commit(&self, writes: &[Write]) -> Result<(), StoreError> {
        if writes.is_empty() {
            return Ok(());
        }
        let put = |transaction: &IdbTransaction| {
            let records = object_store(transaction, RECORDS)?;
            writes.iter().try_for_each(|Write::Put { key, value }| {
                let put = records.put_with_key(&value.into(), &key.into());
                put.map(drop).map_err(|error| failed(&error))
            })
        };
        self.write(&[RECORDS, META], &put).await
    }
}

/// A function that JavaScript owns: it may be called after whoever waits for it has gone.
fn handler(call: impl Fn() + 'static) -> Function {
    Closure::<dyn Fn()>::new(call).into_js_value().unchecked_into()
}

fn factory() -> Result<IdbFactory, StoreError> {
    gloo::utils::window()
        .indexed_db()
        .map_err(|error| failed(&error))?
        .ok_or_else(|| StoreError::Failed(say::nothing_kept().to_owned()))
}

pub(super) fn object_store(
    transaction: &IdbTransaction,
    name: &str,
) -> Result<web_sys::IdbObjectStore, StoreError> {
    transaction.object_store(name).map_err(|error| failed(&error))
}

/// A request's result.
pub(super) async fn answer(request: &IdbRequest) -> Result<JsValue, StoreError> {
    let (said, heard) = oneshot::channel();
    let said = Rc::new(RefCell::new(Some(said)));
    let done = {
        let request = request.clone();
        handler(move || {
            let result = match request.error() {
                Ok(Some(error)) => Err(read_exception(&error)),
                _ => request.result().map_err(|error| failed(&error)),
            };
            if let Some(said) = said.borrow_mut().take() {
                drop(said.send(result));
            }
        })
    };
    let function = Some(&done);
    request.set_onsuccess(function);
    request.set_onerror(function);
    heard.await.unwrap_or_else(|_| Err(lost()))
}

/// The end of a transaction: only `complete` means durable.
async fn completed(transaction: &IdbTransaction) -> Result<(), StoreError> {
    let (said, heard) = oneshot::channel();
    let said = Rc::new(RefCell::new(Some(said)));
    let end = |result: Box<dyn Fn() -> Result<(), StoreError>>| {
        let said = said.clone();
        handler(move || {
            if let Some(said) = said.borrow_mut().take() {
                drop(said.send(result()));
            }
        })
    };
    let complete = end(Box::new(|| Ok(())));
    let abort = {
        let transaction = transaction.clone();
        end(Box::new(move || {
            Err(transaction
                .error()
                .map_or_else(lost, |error| read_exception(&error)))
        }))
    };
    transaction.set_oncomplete(Some(&complete));
    transaction.set_onabort(Some(&abort));
    heard.await.unwrap_or_else(|_| Err(lost()))
}

fn lost() -> StoreError {
    StoreError::Failed("the browser ended the transaction".to_owned())
}

pub(super) fn failed(error: &JsValue) -> StoreError {
    match error.dyn_ref::<DomException>() {
        Some(error) => read_exception(error),
        None => StoreError::Failed("unknown error".to_owned()),
    }
}

fn read_exception(error: &DomException) -> StoreError {
    match error.name().as_str() {
        "QuotaExceededError" => StoreError::Full,
        name => StoreError::Failed(format!("{name}: {}", error.message())),
    }
}
