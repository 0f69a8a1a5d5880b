//! Any bytes, and any change to a right file, are read or refused: never a panic.

// Helpers are not tests to clippy.
#![allow(clippy::unwrap_used)]

mod common;

use common::{ForgedProject, MODEL, PROJECT, dense, example, frame, model, project, reseal};
use proptest::prelude::*;
use trazo_formats::{
    Encoding, idx, open_model, pesos_to_model, read_checkpoint, read_model, read_onnx, read_pesos,
    read_project, read_safetensors, sniff, strokes, write_model, write_onnx, write_project,
    write_safetensors,
};

fn read_with_everything(file: &[u8]) {
    let _ = sniff(file).sentence();
    let _ = read_checkpoint(file);
    let _ = read_pesos(file);
    let _ = pesos_to_model(file);
    let _ = idx::read_images(file);
    let _ = idx::read_labels(file);
    let _ = strokes::read_lenient(file);
    let _ = open_model(file);
    for read in [read_safetensors, read_onnx] {
        if let Ok(model) = read(file) {
            write_safetensors(&model).unwrap();
        }
    }
    // What is read is right: it can be used and written.
    if let Ok(model) = read_model(file) {
        write_model(&model, Encoding::F32).unwrap();
    }
    if let Ok(project) = read_project(file) {
        assert_eq!(
            read_project(&write_project(&project).unwrap()).unwrap(),
            project
        );
    }
}

/// Some bytes overwritten, some inserted, some taken away.
fn changed(mut file: Vec<u8>, changes: &[(usize, u8, u8)]) -> Vec<u8> {
    for &(at, kind, byte) in changes {
        let at = at % file.len().max(1);
        match kind {
            0 if at < file.len() => file[at] = byte,
            1 => file.insert(at, byte),
            2 if at < file.len() => drop(file.remove(at)),
            _ => {}
        }
    }
    file
}

fn changes() -> impl Strategy<Value = Vec<(usize, u8, u8)>> {
    proptest::collection::vec((any::<usize>(), 0_u8..3, any::<u8>()), 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_bytes_do_no_harm(file in proptest::collection::vec(any::<u8>(), 0..600)) {
        read_with_everything(&file);
    }

    #[test]
    fn any_payload_with_a_right_frame_does_no_harm(
        kind in 0_u16..5, payload in proptest::collection::vec(any::<u8>(), 0..600),
    ) {
        read_with_everything(&frame(kind, &payload));
    }

    #[test]
    fn a_changed_model_with_a_right_checksum_does_no_harm(changes in changes()) {
        let payload = postcard::to_allocvec(&dense()).unwrap();
        read_with_everything(&frame(MODEL, &changed(payload, &changes)));
        let file = write_model(&model(), Encoding::I8PerChannel).unwrap();
        let payload = changed(file[18..file.len() - 4].to_vec(), &changes);
        read_with_everything(&frame(MODEL, &payload));
    }

    #[test]
    fn a_changed_project_with_a_right_checksum_does_no_harm(changes in changes()) {
        let payload = postcard::to_allocvec(&ForgedProject::with(vec![example(3)])).unwrap();
        read_with_everything(&frame(PROJECT, &changed(payload, &changes)));
    }

    #[test]
    fn a_changed_file_does_no_harm(changes in changes()) {
        let file = changed(write_project(&project()).unwrap(), &changes);
        read_with_everything(&file);
        if file.len() > 4 {
            read_with_everything(&reseal(file));
        }
        let pickle = include_bytes!("reference/protocol-4.pkl").to_vec();
        read_with_everything(&changed(pickle, &changes));
        read_with_everything(&changed(write_safetensors(&model()).unwrap(), &changes));
        read_with_everything(&changed(write_onnx(&model()).unwrap(), &changes));
    }
}
