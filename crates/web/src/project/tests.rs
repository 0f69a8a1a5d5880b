use super::*;
use trazo_ink::{Drawing, Point};
use trazo_learn::{Advance, Teach};
use trazo_nn::{Activation, LayerSpec, Loss, Network, NetworkSpec};

fn model(id: ModelId, seed: u64) -> Model {
    let (side, recipe) = match id {
        ModelId::Digits | ModelId::Own => (
            28,
            Recipe::Mnist28 {
                pen: 2.5,
                planes: trazo_ink::Planes::Ink,
            },
        ),
        ModelId::Classic => (20, Recipe::PadBits20),
    };
    let layers = vec![LayerSpec::Dense {
        units: 10,
        activation: Activation::Linear,
    }];
    let spec = NetworkSpec {
        input: [side, side, 1],
        layers,
        loss: Loss::CrossEntropy,
    };
    let network = Network::new(spec, seed).expect("a dense layer");
    Model {
        name: id.as_str().into(),
        network,
        recipe,
        lessons: 0,
    }
}

/// An engine whose models have random weights.
pub(crate) fn session() -> Session {
    Session::new(model(ModelId::Digits, 1), model(ModelId::Classic, 2), 3).expect("the models fit")
}

pub(crate) fn stroke(bend: f32) -> Drawing {
    Drawing::from_strokes(vec![vec![
        Point::new(300.0, 200.0),
        Point::new(500.0 + bend, 500.0),
        Point::new(300.0, 800.0),
    ]])
}

pub(crate) fn teach(session: &mut Session, drawing: &Drawing, label: u8) {
    let begun = session.teach(drawing, label, true, 1_763_800_000_000);
    assert!(matches!(begun, Ok(Teach::Started)), "{begun:?}");
    while !matches!(session.advance(), Ok(Advance::Lesson(_))) {}
}

/// Saves and loads again, as the store would.
fn through_the_store(session: &Session, kept: &Kept) -> Project {
    let saved = snapshot(session, kept, 5, |_, _| false).expect("it can be saved");
    let chunks: Vec<Vec<u8>> = saved
        .chunks
        .into_iter()
        .filter_map(|chunk| chunk.bytes)
        .collect();
    read_snapshot(&saved.project, &chunks).expect("what was saved can be read")
}

#[test]
fn a_saved_state_comes_back_bit_for_bit() {
    let mut taught = session();
    for bend in 0..3_u8 {
        teach(&mut taught, &stroke(f32::from(bend) * 90.0), bend);
    }
    taught
        .set_settings(Settings {
            original_way: true,
            ..Settings::default()
        })
        .expect("no lesson is under way");
    let project = through_the_store(&taught, &Kept::default());
    let mut fresh = session();
    fresh.restore(project.restored).expect("it fits");
    for id in ModelId::SHIPPED {
        assert_eq!(
            fresh.model(id).network.params(),
            taught.model(id).network.params()
        );
        assert_eq!(fresh.model(id).lessons, taught.model(id).lessons);
    }
    assert!(fresh.examples().iter().eq(taught.examples().iter()));
    assert_eq!(taught.timeline(ModelId::Digits).points().len(), 4);
    assert_eq!(
        fresh.timeline(ModelId::Digits),
        taught.timeline(ModelId::Digits)
    );
    assert_eq!(fresh.settings(), taught.settings());
    assert_eq!(fresh.selected(), taught.selected());
}

#[test]
fn everyones_hand_comes_back_from_the_store_and_from_a_download() {
    let drawing = |id| trazo_learn::HandDrawing {
        id,
        label: 7,
        at: 5,
        sitting: id,
        strokes: trazo_ink::pack::pack(&stroke(id as f32)),
    };
    let mut session = session();
    let writers = Writers {
        current: "Ana".into(),
        others: [
            (String::new(), vec![drawing(3), drawing(4)]),
            ("Óscar".into(), vec![]),
        ]
        .into(),
    };
    session
        .restore(Restored {
            models: Vec::new(),
            selected: ModelId::Digits,
            examples: Vec::new(),
            hand: vec![drawing(7)],
            writers: writers.clone(),
            settings: Settings::default(),
            history: Vec::new(),
            symbols: Vec::new(),
        })
        .expect("it fits");
    assert_eq!(*session.examples().writers(), writers);
    let downloaded = whole(&session, &Kept::default()).expect("it can be written");
    let downloaded = read(&downloaded).expect("it can be read");
    for project in [through_the_store(&session, &Kept::default()), downloaded] {
        assert_eq!(project.restored.writers, writers);
        assert_eq!(project.restored.hand, [drawing(7)]);
        assert_eq!(
            (project.kept.settings.len(), project.kept.extras.len()),
            (0, 0)
        );
    }
    // Only whoever writes is written anew.
    let first = snapshot(&session, &Kept::default(), 5, |_, _| false).expect("it can be saved");
    session.write_as("Óscar").expect("nothing is under way");
    let known: Vec<(u64, u64)> = first
        .chunks
        .iter()
        .map(|c| (c.index, c.fingerprint))
        .collect();
    let next = snapshot(&session, &Kept::default(), 6, |index, print| {
        known.contains(&(index, print))
    })
    .expect("it can be saved");
    assert!(next.chunks.iter().any(|chunk| chunk.bytes.is_none()));
}

#[test]
fn a_lesson_writes_one_chunk_of_history_and_a_download_holds_all_of_it() {
    let mut taught = session();
    for bend in 0..20_u8 {
        teach(&mut taught, &stroke(f32::from(bend) * 20.0), bend % 10);
    }
    let kept = Kept::default();
    let before = snapshot(&taught, &kept, 5, |_, _| false).expect("it can be saved");
    let known: Vec<(u64, u64)> = before
        .chunks
        .iter()
        .map(|chunk| (chunk.index, chunk.fingerprint))
        .collect();
    teach(&mut taught, &stroke(500.0), 7);
    let has = |index, fingerprint| known.contains(&(index, fingerprint));
    let after = snapshot(&taught, &kept, 6, has).expect("it can be saved");
    let written = after.chunks.iter().filter(|chunk| chunk.bytes.is_some());
    assert_eq!(written.count(), 2, "one of examples, one of history");

    let file = whole(&taught, &kept).expect("it can be written");
    let mut fresh = session();
    let project = read(&file).expect("it can be read");
    fresh.open_project(project.restored).expect("it fits");
    assert_eq!(
        fresh.timeline(ModelId::Digits),
        taught.timeline(ModelId::Digits)
    );
    assert!(project.kept.extras.is_empty() && project.kept.settings.is_empty());
}

#[test]
fn models_that_are_as_they_ship_are_not_saved_but_are_downloaded() {
    let mut session = session();
    assert_eq!(
        through_the_store(&session, &Kept::default())
            .restored
            .models
            .len(),
        0
    );
    teach(&mut session, &stroke(0.0), 4);
    let models = through_the_store(&session, &Kept::default())
        .restored
        .models;
    assert_eq!(
        models.iter().map(|model| model.0).collect::<Vec<_>>(),
        [ModelId::Digits]
    );
    let download = whole(&session, &Kept::default()).expect("it can be written");
    assert_eq!(
        read(&download)
            .expect("it can be read")
            .restored
            .models
            .len(),
        2
    );
}

#[test]
fn what_a_later_version_adds_to_a_project_is_handed_on() {
    let settings = vec![
        ("ink".to_owned(), "blue".to_owned()),
        (ORIGINAL_WAY.to_owned(), "true".to_owned()),
    ];
    let extras = vec![("thumbnails".to_owned(), vec![1, 2, 3])];
    let file = ProjectFile {
        settings,
        extras,
        ..ProjectFile::default()
    };
    let project = project_of(file).expect("it fits");
    assert!(project.restored.settings.original_way);
    let again = through_the_store(&session(), &project.kept).kept;
    assert_eq!(again.settings, [("ink".to_owned(), "blue".to_owned())]);
    assert_eq!(again.extras, project.kept.extras);
}

#[test]
fn a_change_to_one_example_changes_the_fingerprint_of_its_chunk_only() {
    let mut session = session();
    let example = |bend: u16| Example {
        id: 0,
        label: 1,
        first_read: Some(7),
        taught_at: 7,
        source: "pad".into(),
        content: Content::Strokes(trazo_ink::pack::pack(&stroke(f32::from(bend)))),
    };
    assert_eq!(
        session.add_examples((0..200).map(example).collect()).ok(),
        Some(200)
    );
    let fingerprints = |session: &Session| -> Vec<(u64, u64)> {
        let saved = snapshot(session, &Kept::default(), 0, |_, _| true).expect("it can be saved");
        assert!(
            saved.chunks.iter().all(|chunk| chunk.bytes.is_none()),
            "the store has them all"
        );
        saved
            .chunks
            .iter()
            .map(|chunk| (chunk.index, chunk.fingerprint))
            .collect()
    };
    let before = fingerprints(&session);
    // Ids begin at 1, so the first of four chunks has 63 examples.
    assert_eq!(
        before.iter().map(|chunk| chunk.0).collect::<Vec<_>>(),
        [0, 1, 2, 3]
    );
    session.relabel_example(100, 2).expect("it is there");
    let after = fingerprints(&session);
    let changed: Vec<usize> = (0..4)
        .filter(|&chunk| before[chunk] != after[chunk])
        .collect();
    assert_eq!(changed, [1]);
    session.undo().expect("it can be undone");
    assert_eq!(fingerprints(&session), before);
}

#[test]
fn a_project_whose_model_is_in_the_wrong_place_is_refused() {
    let file =
        model_file(&model(ModelId::Classic, 1), &Kept::default()).expect("it can be written");
    let refused = |id: &str| {
        let models = vec![ProjectModel {
            id: id.into(),
            model: file.clone(),
        }];
        project_of(ProjectFile {
            models,
            ..ProjectFile::default()
        })
        .map(|_| ())
        .map_err(|failure| failure.code)
    };
    assert_eq!(refused("classic"), Ok(()));
    assert_eq!(refused("digits"), Err("shape-mismatch"));
    assert_eq!(refused("own"), Err("shape-mismatch"));
    assert_eq!(refused("letters"), Err("from-the-future"));
}

#[test]
fn what_only_a_later_version_has_a_place_for_is_not_taken_for_damage() {
    let file = model_file(&model(ModelId::Digits, 1), &Kept::default()).expect("it can be written");
    let letters = ProjectFile {
        models: vec![ProjectModel {
            id: "letters".into(),
            model: file,
        }],
        ..ProjectFile::default()
    };
    let selected = ProjectFile {
        selected: "letters".into(),
        ..ProjectFile::default()
    };
    // The version of the history is its first byte.
    let history = ProjectFile {
        extras: vec![("history-digits".into(), vec![3, 0])],
        ..ProjectFile::default()
    };
    let now = write_project(&ProjectFile::default()).expect("it can be written");
    let chunk = write_project(&history).expect("it can be written");
    assert_eq!(
        read_snapshot(&now, &[chunk]).map(|_| ()),
        Err(Unusable::Newer)
    );
    for later in [letters, selected, history] {
        let bytes = write_project(&later).expect("it can be written");
        assert_eq!(read_snapshot(&bytes, &[]).map(|_| ()), Err(Unusable::Newer));
    }
}

#[test]
fn a_snapshot_of_a_newer_format_is_told_from_a_damaged_one() {
    let mut newer = whole(&session(), &Kept::default()).expect("it can be written");
    // The version is the u16 after the magic; the checksum is made to fit again.
    newer[6] = 200;
    let end = newer.len() - 4;
    let crc = trazo_formats::crc32(&newer[..end]).to_le_bytes();
    newer[end..].copy_from_slice(&crc);
    assert_eq!(read_snapshot(&newer, &[]).map(|_| ()), Err(Unusable::Newer));
    newer[end] ^= 1;
    assert_eq!(
        read_snapshot(&newer, &[]).map(|_| ()),
        Err(Unusable::Damaged)
    );
}

#[test]
fn symbols_are_saved_with_their_examples_and_another_tab_is_handed_both() {
    let mut taught = session();
    let drawings = [stroke(10.0), stroke(40.0)];
    let label = taught
        .add_symbol("÷", None, &drawings, 7)
        .expect("it is one");
    taught
        .add_symbol("+", Some('+'), &drawings, 8)
        .expect("it is one");
    teach(&mut taught, &stroke(300.0), 3);
    let project = through_the_store(&taught, &Kept::default());
    let mut fresh = session();
    fresh.restore(project.restored).expect("it fits");
    assert_eq!(fresh.symbols(), taught.symbols());
    assert!(fresh.examples().iter().eq(taught.examples().iter()));
    let file = whole(&taught, &Kept::default()).expect("it can be written");
    let again = read(&file).expect("it can be read").restored;
    assert_eq!(again.symbols, taught.symbols());

    // A tab that knows one of them under another label, and has a drawing of its own.
    let mut other = session();
    other
        .add_symbol("+", None, &[stroke(500.0)], 1)
        .expect("it is one");
    let handed = examples_since(&taught, 5).expect("they can be written");
    let theirs = read(&handed).expect("they can be read").restored;
    let added = crate::symbols::adopt(&mut other, theirs).expect("no lesson is under way");
    assert_eq!(added, 5);
    let names: Vec<&str> = other.symbols().iter().map(|s| s.name.as_str()).collect();
    assert_eq!(names, ["+", "÷"]);
    let of = |session: &Session, name: &str| {
        let symbol = session.symbols().iter().find(|symbol| symbol.name == name);
        let label = symbol.map(|symbol| symbol.label);
        session
            .examples()
            .iter()
            .filter(|e| Some(e.label) == label)
            .count()
    };
    assert_eq!((of(&other, "+"), of(&other, "÷")), (3, 2));

    // The history and what was read first may tell of one that is gone: an older Trazo must still leave it alone.
    taught.delete_symbol(label).expect("it is there");
    let saved = snapshot(&taught, &Kept::default(), 5, |_, _| false).expect("it can be saved");
    assert_eq!(saved.project[6], 2);
    let none = snapshot(&session(), &Kept::default(), 5, |_, _| false).expect("it can be saved");
    assert_eq!(none.project[6], 1);
}

/// A session that has something of everything but a kept network.
fn one_of_everything() -> Session {
    let mut taught = session();
    for bend in 0..3_u8 {
        teach(&mut taught, &stroke(f32::from(bend) * 90.0), bend);
    }
    taught.select(ModelId::Classic).expect("it ships");
    teach(&mut taught, &stroke(150.0), 8);
    taught.write_as("Ana").expect("it is a name");
    taught
}

#[test]
fn without_a_kept_network_every_byte_is_as_before_there_could_be_one() {
    let taught = one_of_everything();
    let kept = Kept::default();
    let saved = snapshot(&taught, &kept, 5, |_, _| false).expect("it can be saved");
    // Each ends with its own checksum, of which the sum would be the same for all.
    let sum = |file: &[u8]| trazo_formats::crc32(&file[..file.len() - 4]);
    let chunks = saved.chunks.iter();
    let chunks = chunks.map(|chunk| (chunk.index, chunk.bytes.as_deref().map(sum)));
    let chunks: Vec<_> = chunks.collect();
    let whole = whole(&taught, &kept).expect("it can be written");
    // As the version before wrote them.
    assert_eq!(
        [sum(&whole), sum(&saved.project)],
        [666_182_723, 2_861_668_299]
    );
    let expected = [
        (0, Some(424_144_959)),
        (281_474_976_710_656, Some(3_014_283_884)),
        (281_479_271_677_952, Some(1_636_992_069)),
        (1_407_374_883_553_280, Some(3_376_824_608)),
    ];
    assert_eq!(chunks, expected);
}

#[test]
fn a_kept_network_comes_back_from_the_store_and_from_a_download_with_its_history() {
    let mut taught = one_of_everything();
    let mut kept = Kept::default();
    let mut own = model(ModelId::Own, 9);
    own.name = "Lab 97 %".into();
    let file = model_file(&own, &kept).expect("it can be written");
    let first = model_for(&file, ModelId::Own).expect("it takes drawings");
    taught.keep_model(first).expect("nothing is under way");
    kept.remember(&file.name, file.record);
    teach(&mut taught, &stroke(250.0), 6);
    let downloaded = whole(&taught, &kept).expect("it can be written");
    let downloaded = read(&downloaded).expect("it can be read");
    for project in [through_the_store(&taught, &kept), downloaded] {
        let mut fresh = session();
        fresh.restore(project.restored).expect("it fits");
        assert!(fresh.models().eq(taught.models()));
        assert_eq!(fresh.models().count(), 3);
        assert_eq!(fresh.selected(), ModelId::Own);
        for id in fresh.models() {
            let [was, is] = [&taught, &fresh].map(|session| session.model(id));
            assert_eq!((&is.name, is.lessons), (&was.name, was.lessons));
            assert_eq!(is.network.params(), was.network.params(), "{id:?}");
            assert_eq!(fresh.timeline(id), taught.timeline(id));
        }
        assert_eq!(fresh.timeline(ModelId::Own).points().len(), 2);
        fresh.reset(9).expect("nothing is under way");
        assert!(fresh.is_pristine(ModelId::Own), "as it was kept");
        assert_eq!(
            fresh.model(ModelId::Own).network.params(),
            own.network.params()
        );
    }
    // One as it was kept, and nothing else, is saved as well.
    let mut fresh = session();
    fresh.keep_model(own).expect("nothing is under way");
    let again = through_the_store(&fresh, &Kept::default()).restored;
    let places: Vec<ModelId> = again.models.iter().map(|model| model.0).collect();
    assert_eq!(places, [ModelId::Own]);
}

#[test]
fn a_project_that_reads_with_a_kept_network_that_is_not_in_it_is_damaged() {
    let project = read(
        &write_project(&ProjectFile {
            selected: "own".into(),
            ..ProjectFile::default()
        })
        .expect("it can be written"),
    );
    let mut fresh = session();
    let opened = fresh.open_project(project.expect("it can be read").restored);
    assert_eq!(opened.map_err(|error| error.code()), Err("no-kept-model"));
    assert_eq!(fresh.selected(), ModelId::Digits);
}
