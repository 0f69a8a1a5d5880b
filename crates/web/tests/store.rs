//! The store in a real browser, in a worker as on the page: what a save promises, and what is made of damage.
//!
//! Run with `wasm-pack test --headless --chrome crates/web --test store`.
#![cfg(target_arch = "wasm32")]
// Clippy knows `#[test]`, not `#[wasm_bindgen_test]`.
#![allow(clippy::expect_used, clippy::panic)]

use js_sys::{Array, Function, Promise, Uint8Array};
use trazo_web::store::{Chunk, Loaded, Recovered, Snapshot, Store, StoreError, Unusable, Used};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::*;

wasm_bindgen_test_configure!(run_in_dedicated_worker);

/// What the tests read back: the project and the chunks as text.
type Text = (String, Vec<String>);

fn read(project: &[u8], chunks: &[Vec<u8>]) -> Result<Text, Unusable> {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).map_err(|_| Unusable::Damaged);
    Ok((
        text(project)?,
        chunks
            .iter()
            .map(|chunk| text(chunk))
            .collect::<Result<_, _>>()?,
    ))
}

fn text(project: &str, chunks: &[&str]) -> Option<Text> {
    Some((
        project.into(),
        chunks.iter().map(|chunk| (*chunk).into()).collect(),
    ))
}

/// A snapshot whose chunks are numbered in order; those the store has are left out, as the engine does.
fn snapshot(store: &Store, project: &str, chunks: &[&str]) -> Snapshot {
    let chunks = chunks.iter().enumerate().map(|(index, content)| {
        let (index, fingerprint) = (
            index as u64,
            content.bytes().fold(7, |hash: u64, byte| {
                hash.wrapping_mul(31).wrapping_add(u64::from(byte))
            }),
        );
        let bytes = (!store.has_chunk(index, fingerprint)).then(|| content.as_bytes().to_vec());
        Chunk {
            index,
            fingerprint,
            bytes,
        }
    });
    Snapshot {
        taken_at: 1_763_800_000_000,
        project: project.as_bytes().to_vec(),
        chunks: chunks.collect(),
    }
}

async fn load(store: &Store) -> Loaded<Text> {
    store
        .load(true, read)
        .await
        .expect("the database can be read")
}

/// Opens and loads, as every session begins.
async fn session(name: &str) -> (Store, Loaded<Text>) {
    let store = Store::open(name).await.expect("this browser has IndexedDB");
    let loaded = load(&store).await;
    (store, loaded)
}

async fn save(store: &Store, project: &str, chunks: &[&str]) -> Result<u64, StoreError> {
    store
        .save(snapshot(store, project, chunks))
        .await
        .map(|saved| saved.seq)
}

/// Runs JavaScript with `name` (of a database), waits for the promise it gives.
async fn js(name: &str, body: &str) -> JsValue {
    let helpers = "
        const ask = request => new Promise((resolve, reject) => {
            request.onsuccess = () => resolve(request.result); request.onerror = () => reject(request.error); });
        const edit = async (store, change) => {
            const database = await ask(indexedDB.open(name));
            const objects = database.transaction(store, 'readwrite').objectStore(store);
            const result = await change(objects);
            database.close();
            return result;
        };
        const flip = (objects, key) => ask(objects.get(key)).then(bytes => {
            bytes[bytes.length >> 1] ^= 1; return ask(objects.put(bytes, key)); });";
    let run = Function::new_with_args(
        "name",
        &format!("{helpers} return (async () => {{ {body} }})();"),
    );
    let promise: Promise = run
        .call1(&JsValue::NULL, &name.into())
        .expect("it runs")
        .unchecked_into();
    JsFuture::from(promise).await.expect("it succeeds")
}

/// Makes the browser's `put` do `body` at call number `nth` (counted from 1) and until [`mend`].
fn sabotage(nth: u32, body: &str) {
    sabotage_method("put", nth, body);
}

fn sabotage_method(method: &str, nth: u32, body: &str) {
    let run = Function::new_no_args(&format!(
        "const whole = self.whole ??= {{ put: IDBObjectStore.prototype.put, get: IDBObjectStore.prototype.get }};
         let calls = 0;
         IDBObjectStore.prototype.{method} = function (value, key) {{
             calls += 1;
             if (calls >= {nth}) {{ {body} }}
             return key === undefined ? whole.{method}.call(this, value) : whole.{method}.call(this, value, key);
         }};"
    ));
    run.call0(&JsValue::NULL).expect("it runs");
}

fn mend() {
    let run = Function::new_no_args("Object.assign(IDBObjectStore.prototype, self.whole);");
    run.call0(&JsValue::NULL).expect("it runs");
}

#[wasm_bindgen_test]
async fn a_first_visit_finds_nothing_and_no_fault() {
    let (_, loaded) = session("first-visit").await;
    assert_eq!(
        (loaded.value, loaded.saved, loaded.recovered),
        (None, None, None)
    );
}

#[wasm_bindgen_test]
async fn what_was_saved_is_there_in_the_next_session() {
    let (store, _) = session("next-session").await;
    assert_eq!(save(&store, "one", &["a", "b"]).await, Ok(1));
    assert_eq!(save(&store, "two", &["a", "c"]).await, Ok(2));
    let (_, loaded) = session("next-session").await;
    assert_eq!(loaded.value, text("two", &["a", "c"]));
    assert_eq!(
        loaded.saved.map(|saved| (saved.seq, saved.bytes)),
        Some((2, 5))
    );
    assert_eq!(loaded.recovered, None);
}

#[wasm_bindgen_test]
async fn chunks_that_no_slot_names_are_deleted_and_unchanged_ones_are_not_written_again() {
    let (store, _) = session("chunks").await;
    for (round, last) in ["b", "c", "d", "e"].into_iter().enumerate() {
        save(&store, "x", &["a", last]).await.expect("it saves");
        let keys = js(
            "chunks",
            "return edit('chunks', chunks => ask(chunks.getAllKeys()))",
        )
        .await;
        let keys: Vec<f64> = Array::from(&keys)
            .iter()
            .filter_map(|key| key.as_f64())
            .collect();
        // The first chunk keeps its key for ever; of the changing one the last two versions are there.
        let newest = (round + 2) as f64;
        assert_eq!(
            keys,
            if round == 0 {
                vec![1.0, 2.0]
            } else {
                vec![1.0, newest - 1.0, newest]
            }
        );
    }
}

#[wasm_bindgen_test]
async fn a_save_that_is_torn_leaves_the_state_before() {
    let (store, _) = session("torn").await;
    save(&store, "before", &["a"]).await.expect("it saves");
    // A save of one changed chunk has three puts: chunk, slot, pointer. It is cut before each of them.
    for nth in 1..=3 {
        sabotage(
            nth,
            "this.transaction.abort(); throw new DOMException('the tab was killed', 'AbortError');",
        );
        let result = save(&store, "after", &["b"]).await;
        mend();
        assert!(matches!(result, Err(StoreError::Failed(_))), "{result:?}");
        let (_, loaded) = session("torn").await;
        assert_eq!(loaded.value, text("before", &["a"]));
        assert_eq!(loaded.recovered, None);
    }
    assert_eq!(save(&store, "after", &["b"]).await, Ok(2));
    assert_eq!(session("torn").await.1.value, text("after", &["b"]));
}

#[wasm_bindgen_test]
async fn a_full_disk_is_told_from_other_failures_and_the_state_before_stays() {
    let (store, _) = session("full").await;
    save(&store, "before", &[]).await.expect("it saves");
    sabotage(
        2,
        "throw new DOMException('no room', 'QuotaExceededError');",
    );
    let at_put = save(&store, "after", &["a"]).await;
    mend();
    assert_eq!(at_put, Err(StoreError::Full));
    assert_eq!(session("full").await.1.value, text("before", &[]));
    assert_eq!(save(&store, "with room again", &["a"]).await, Ok(2));
    assert_eq!(
        session("full").await.1.value,
        text("with room again", &["a"])
    );
}

#[wasm_bindgen_test]
async fn a_damaged_slot_is_set_aside_and_the_older_one_is_used() {
    let (store, _) = session("slot").await;
    save(&store, "one", &["a"]).await.expect("it saves");
    save(&store, "two", &["a"]).await.expect("it saves");
    js(
        "slot",
        "await edit('state', state => flip(state, 'slot-b'))",
    )
    .await;
    let (store, loaded) = session("slot").await;
    assert_eq!(loaded.value, text("one", &["a"]));
    let recovered = loaded.recovered.expect("it says so");
    assert_eq!(recovered.used, Used::OlderSnapshot);
    let aside = store
        .damaged()
        .await
        .expect("it can be read")
        .expect("it was kept");
    assert_eq!(aside.len() as u64, recovered.damaged_bytes);
    // Saving goes on, over the damaged slot and not over the one that is whole.
    assert_eq!(save(&store, "three", &["a"]).await, Ok(3));
    let (store, loaded) = session("slot").await;
    assert_eq!(
        (loaded.value, loaded.recovered),
        (text("three", &["a"]), None)
    );
    assert_eq!(
        store.damaged().await,
        Ok(Some(aside)),
        "a later session still offers it"
    );
}

#[wasm_bindgen_test]
async fn a_chunk_that_both_slots_need_costs_only_its_own_examples() {
    let (store, _) = session("chunk").await;
    save(&store, "one", &["a", "b"]).await.expect("it saves");
    save(&store, "two", &["a", "b", "c"])
        .await
        .expect("it saves");
    js("chunk", "await edit('chunks', chunks => flip(chunks, 1))").await;
    let (store, loaded) = session("chunk").await;
    assert_eq!(loaded.value, text("two", &["b", "c"]));
    assert_eq!(
        loaded.recovered.map(|recovered| recovered.used),
        Some(Used::Partial)
    );
    save(&store, "three", &["x", "b", "c"])
        .await
        .expect("it saves");
    assert_eq!(
        session("chunk").await.1.value,
        text("three", &["x", "b", "c"])
    );
}

#[wasm_bindgen_test]
async fn two_damaged_slots_give_nothing_but_are_kept() {
    let (store, _) = session("both").await;
    save(&store, "one", &[]).await.expect("it saves");
    save(&store, "two", &[]).await.expect("it saves");
    js("both", "await edit('state', async state => { await flip(state, 'slot-a'); await flip(state, 'slot-b'); })").await;
    let (store, loaded) = session("both").await;
    assert_eq!(loaded.value, None);
    let expected = Recovered {
        used: Used::Pretrained,
        damaged_bytes: 2 * 33,
    };
    assert_eq!(
        loaded.recovered,
        Some(expected),
        "a slot of three bytes has 30 of frame"
    );
    save(&store, "three", &[]).await.expect("it saves");
    assert_eq!(session("both").await.1.value, text("three", &[]));
}

#[wasm_bindgen_test]
async fn a_snapshot_whose_content_makes_no_sense_counts_as_damaged() {
    let (store, _) = session("nonsense").await;
    save(&store, "one", &[]).await.expect("it saves");
    save(&store, "two", &[]).await.expect("it saves");
    let store = Store::open("nonsense").await.expect("it opens");
    let picky =
        |project: &[u8], _: &[Vec<u8>]| (project == b"one").then_some(()).ok_or(Unusable::Damaged);
    let loaded = store.load(true, picky).await.expect("it loads");
    assert_eq!(
        loaded.recovered.map(|recovered| recovered.used),
        Some(Used::OlderSnapshot)
    );
}

#[wasm_bindgen_test]
async fn a_damaged_or_missing_pointer_loses_nothing() {
    for harm in ["flip(state, 'pointer')", "ask(state.delete('pointer'))"] {
        let name = format!("pointer {harm}");
        let (store, _) = session(&name).await;
        save(&store, "one", &["a"]).await.expect("it saves");
        save(&store, "two", &["b"]).await.expect("it saves");
        js(&name, &format!("await edit('state', state => {harm})")).await;
        let (store, loaded) = session(&name).await;
        assert_eq!(
            (loaded.value, loaded.recovered),
            (text("two", &["b"]), None)
        );
        assert_eq!(save(&store, "three", &["b"]).await, Ok(3));
        assert_eq!(session(&name).await.1.value, text("three", &["b"]));
    }
}

#[wasm_bindgen_test]
async fn a_tab_that_has_not_seen_the_last_save_does_not_write() {
    let (ours, _) = session("two tabs").await;
    save(&ours, "ours", &["a"]).await.expect("it saves");
    let (theirs, _) = session("two tabs").await;
    save(&theirs, "theirs", &["a", "b"])
        .await
        .expect("it saves");
    assert_eq!(save(&ours, "late", &["c"]).await, Err(StoreError::Conflict));
    assert_eq!(load(&ours).await.value, text("theirs", &["a", "b"]));
    assert_eq!(save(&ours, "after reading", &["a", "b", "c"]).await, Ok(3));
    assert_eq!(save(&theirs, "late", &[]).await, Err(StoreError::Conflict));
}

#[wasm_bindgen_test]
async fn two_tabs_that_begin_on_an_empty_database_do_not_overwrite_each_other() {
    let ((ours, _), (theirs, _)) = (session("empty").await, session("empty").await);
    save(&ours, "ours", &[]).await.expect("it saves");
    assert_eq!(
        save(&theirs, "theirs", &[]).await,
        Err(StoreError::Conflict)
    );
}

#[wasm_bindgen_test]
async fn a_database_of_a_newer_layout_is_left_alone() {
    js("newer", "(await ask(indexedDB.open(name, 2))).close()").await;
    assert_eq!(Store::open("newer").await.err(), Some(StoreError::Newer));
    let version = js("newer", "const database = await ask(indexedDB.open(name)); database.close(); return database.version").await;
    assert_eq!(version.as_f64(), Some(2.0));
}

#[wasm_bindgen_test]
async fn a_snapshot_of_a_newer_format_is_left_alone() {
    let (store, _) = session("newer format").await;
    save(&store, "one", &[]).await.expect("it saves");
    // format 2, two bytes of whatever, and their CRC-32 (Python: zlib.crc32(bytes([2, 0, 1, 2]))).
    let future = Uint8Array::from(&[[2, 0, 1, 2], 0x7c58_47fa_u32.to_le_bytes()].concat()[..]);
    js_sys::Reflect::set(&js_sys::global(), &"future".into(), &future).expect("it is set");
    js(
        "newer format",
        "await edit('state', state => ask(state.put(self.future, 'pointer')))",
    )
    .await;
    let store = Store::open("newer format").await.expect("it opens");
    assert_eq!(store.load(true, read).await.err(), Some(StoreError::Newer));
    let kept = js(
        "newer format",
        "return edit('state', state => ask(state.get('pointer')))",
    )
    .await;
    assert_eq!(Uint8Array::from(kept).to_vec(), future.to_vec());
}

#[wasm_bindgen_test]
async fn an_open_database_gives_way_to_a_newer_version_in_another_tab() {
    let (store, _) = session("yield").await;
    save(&store, "one", &[]).await.expect("it saves");
    js("yield", "(await ask(indexedDB.open(name, 2))).close()").await;
    assert_eq!(save(&store, "two", &[]).await, Err(StoreError::Newer));
}

#[wasm_bindgen_test]
async fn a_database_emptied_from_outside_is_written_anew() {
    let (store, _) = session("emptied").await;
    save(&store, "one", &["a"]).await.expect("it saves");
    js("emptied", "await edit('state', state => ask(state.clear())); await edit('chunks', chunks => ask(chunks.clear()))").await;
    assert_eq!(save(&store, "two", &["a"]).await, Err(StoreError::Vanished));
    assert_eq!(save(&store, "two", &["a"]).await, Ok(1));
    assert_eq!(session("emptied").await.1.value, text("two", &["a"]));
}

#[wasm_bindgen_test]
async fn a_save_that_does_not_read_back_is_not_called_saved() {
    let (store, _) = session("read back").await;
    save(&store, "one", &[]).await.expect("it saves");
    // The slot's last byte is lost on the way to the disk.
    sabotage(1, "if (key === 'slot-b') value = value.slice(0, -1);");
    let result = save(&store, "two", &[]).await;
    mend();
    assert_eq!(result, Err(StoreError::ReadBack));
    assert_eq!(save(&store, "three", &[]).await, Ok(3));
    assert_eq!(session("read back").await.1.value, text("three", &[]));
}

#[wasm_bindgen_test]
async fn a_save_that_cannot_be_read_back_is_no_other_tabs_save() {
    let (store, _) = session("unread").await;
    save(&store, "one", &["a"]).await.expect("it saves");
    // The first `get` is that of the pointer, before anything is written; then it is written; then nothing can be read.
    sabotage_method(
        "get",
        2,
        "throw new DOMException('the disk is away', 'UnknownError');",
    );
    let result = save(&store, "two", &["b"]).await;
    mend();
    assert!(matches!(result, Err(StoreError::Failed(_))), "{result:?}");
    assert_eq!(save(&store, "three", &["b", "c"]).await, Ok(3));
    assert_eq!(session("unread").await.1.value, text("three", &["b", "c"]));
}

#[wasm_bindgen_test]
async fn a_database_deleted_from_outside_is_written_anew() {
    let (store, _) = session("deleted").await;
    save(&store, "one", &["a"]).await.expect("it saves");
    js("deleted", "await ask(indexedDB.deleteDatabase(name))").await;
    assert_eq!(save(&store, "two", &["a"]).await, Err(StoreError::Vanished));
    assert_eq!(save(&store, "two", &["a"]).await, Ok(1));
    assert_eq!(session("deleted").await.1.value, text("two", &["a"]));
}

#[wasm_bindgen_test]
async fn a_database_that_was_closed_is_opened_again_when_it_is_needed() {
    let (store, _) = session("closed").await;
    save(&store, "one", &["a"]).await.expect("it saves");
    store.close();
    assert_eq!(load(&store).await.value, text("one", &["a"]));
    store.close();
    assert_eq!(save(&store, "two", &["a"]).await, Ok(2));
    assert_eq!(session("closed").await.1.value, text("two", &["a"]));
}

#[wasm_bindgen_test]
async fn a_browser_without_indexeddb_says_unavailable() {
    let hide = "Object.defineProperty(self, 'indexedDB', { configurable: true, get() { throw new Error('SecurityError'); } })";
    js_sys::eval(hide).expect("it runs");
    let result = Store::open("nowhere").await;
    js_sys::eval("delete self.indexedDB").expect("it runs");
    assert!(matches!(result.err(), Some(StoreError::Unavailable(_))));
    session("somewhere").await;
}

/// 10,000 examples of 250 bytes each, in 157 chunks, and 600 kB of weights: a first save, a lesson's save, a load.
#[wasm_bindgen_test]
async fn ten_thousand_examples_are_saved_and_loaded_quickly() {
    let (store, _) = session("large").await;
    let (weights, chunk) = ("w".repeat(600_000), "e".repeat(64 * 250));
    let mut chunks = vec![chunk.as_str(); 157];
    let mut times = Vec::new();
    for last in ["first", "second", "third"] {
        let start = js_sys::Date::now();
        chunks[156] = last;
        let saved = store
            .save(snapshot(&store, &weights, &chunks))
            .await
            .expect("it saves");
        times.push(js_sys::Date::now() - start);
        assert!(saved.bytes > 3_000_000);
    }
    let start = js_sys::Date::now();
    let (_, loaded) = session("large").await;
    times.push(js_sys::Date::now() - start);
    assert_eq!(loaded.value.map(|(_, chunks)| chunks.len()), Some(157));
    console_log!(
        "10,000 examples: first save {} ms, a lesson's {} and {} ms, load {} ms",
        times[0],
        times[1],
        times[2],
        times[3]
    );
    // Generous: the machine may be busy. A lesson's save writes one chunk and the weights, not 3 MB.
    assert!(
        times[1].min(times[2]) < 1000.0 && times[3] < 2000.0,
        "{times:?}"
    );
}
