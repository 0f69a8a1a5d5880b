//! Trazo's own files: what was written comes back, in every encoding.

// Helpers are not tests to clippy.
#![allow(clippy::unwrap_used)]

mod common;

use common::{dense, example, model, project};
use trazo_formats::{
    Encoding, Kind, ModelFile, read_checkpoint, read_model, read_project, sniff, write_checkpoint,
    write_model, write_project,
};
use trazo_ink::Recipe;
use trazo_learn::Content;
use trazo_nn::{Network, Workspace};

#[test]
fn a_model_comes_back_bit_for_bit() {
    let file = write_model(&model(), Encoding::F32).unwrap();
    assert_eq!(sniff(&file), Kind::TrazoModel);
    assert_eq!(read_model(&file).unwrap(), model());
}

#[test]
fn a_project_is_of_version_2_where_it_tells_of_symbols_and_only_then() {
    let version = |file: &[u8]| file[6];
    assert_eq!(version(&write_project(&project()).unwrap()), 1);
    let with = common::project_with_symbols();
    let file = write_project(&with).unwrap();
    assert_eq!(version(&file), 2);
    assert_eq!(read_project(&file).unwrap(), with);
    // Saved in pieces, one has the symbols and others the examples.
    let mut piece = with.clone();
    piece.symbols = Some(Vec::new());
    let file = write_project(&piece).unwrap();
    assert_eq!(read_project(&file).unwrap(), piece);
    for length in 0..file.len() {
        assert!(read_project(&file[..length]).is_err(), "{length}");
    }
    piece.examples[0].label = 255;
    assert_eq!(write_project(&piece).unwrap_err().code(), "bad-example");
    piece.symbols = None;
    piece.examples[0].label = 12;
    assert_eq!(write_project(&piece).unwrap_err().code(), "bad-example");
}

#[test]
fn half_and_byte_weights_answer_nearly_the_same_in_fewer_bytes() {
    let spec = serde_json::from_str(
        r#"{"input": [12, 12, 1], "layers": [
            {"type": "conv", "filters": 8, "kernel": 3, "padding": "same", "activation": "relu"},
            {"type": "maxpool", "size": 2},
            {"type": "dense", "units": 10}], "loss": "cross-entropy"}"#,
    );
    let network = Network::new(spec.unwrap(), 5).unwrap();
    let model = ModelFile::new("small", network, None).unwrap();
    let pixels: Vec<f32> = (0..144)
        .map(|index| (index * 7 % 11) as f32 / 11.0)
        .collect();
    let answer = |file: &[u8]| {
        let network = read_model(file).unwrap().into_network();
        network
            .predict(&pixels, &mut Workspace::new())
            .unwrap()
            .to_vec()
    };
    let exact = write_model(&model, Encoding::F32).unwrap();
    let half = write_model(&model, Encoding::F16).unwrap();
    let byte = write_model(&model, Encoding::I8PerChannel).unwrap();
    let mixed = write_model(&model, Encoding::Mixed).unwrap();
    assert!(byte.len() <= mixed.len() && mixed.len() <= half.len() && half.len() < exact.len());
    for (file, tolerance) in [(half, 1e-3), (mixed, 2e-2), (byte, 2e-2)] {
        for (a, b) in answer(&exact).iter().zip(answer(&file)) {
            assert!((a - b).abs() < tolerance, "{a} and {b}");
        }
    }
}

#[test]
fn a_byte_model_written_again_stays_where_it_is() {
    let once = read_model(&write_model(&model(), Encoding::I8PerChannel).unwrap()).unwrap();
    let twice = read_model(&write_model(&once, Encoding::I8PerChannel).unwrap()).unwrap();
    let params = |model: &ModelFile| model.network().params().to_vec();
    for (a, b) in params(&once).iter().zip(&params(&twice)) {
        assert!((a - b).abs() <= 1e-6 * a.abs(), "{a} and {b}");
    }
}

#[test]
fn a_project_comes_back_whole() {
    let file = write_project(&project()).unwrap();
    assert_eq!(sniff(&file), Kind::TrazoProject);
    assert_eq!(read_project(&file).unwrap(), project());
}

#[test]
fn a_project_of_nothing_comes_back() {
    let empty = trazo_formats::ProjectFile::default();
    assert_eq!(
        read_project(&write_project(&empty).unwrap()).unwrap(),
        empty
    );
}

#[test]
fn a_checkpoint_comes_back() {
    let file = write_checkpoint(b"anything");
    assert_eq!(read_checkpoint(&file).unwrap(), b"anything");
}

#[test]
fn the_layout_is_what_the_description_says() {
    // The forger writes from the description; what it writes right is read.
    let model = read_model(&dense().file()).unwrap();
    assert_eq!(model.network().params()[..6], [0.5; 6]);
    let file = common::ForgedProject::with(vec![example(1)]).file();
    assert_eq!(read_project(&file).unwrap().examples.len(), 1);
}

#[test]
fn what_would_not_be_read_is_not_written() {
    let mut wrong = project();
    wrong.examples[1].taught_at = 8_640_000_000_000_001;
    assert_eq!(write_project(&wrong).unwrap_err().code(), "bad-example");
    for (pixels, bits20) in [(vec![0; 783], vec![0; 400]), (vec![0; 784], vec![1; 400])] {
        let mut wrong = project();
        let Content::Picture { mnist, bits } = &mut wrong.examples[1].content else {
            panic!("the second example is a picture");
        };
        (mnist.pixels, bits.pixels) = (pixels, bits20);
        assert_eq!(write_project(&wrong).unwrap_err().code(), "bad-example");
    }
}

#[test]
fn a_model_that_nobody_could_use_is_not_made() {
    let network = || model().into_network();
    let labels = |labels: [&str; 3]| labels.map(String::from).to_vec();
    let refused = |recipe, labels| {
        let made = ModelFile::labelled("wrong", network(), recipe, labels);
        made.unwrap_err().code()
    };
    let names = labels(["a", "b", "c"]);
    assert_eq!(refused(Some(Recipe::PadBits20), names), "shape-mismatch");
    assert_eq!(refused(None, labels(["a", "a", "c"])), "bad-labels");
    assert_eq!(refused(None, vec!["a".into()]), "bad-labels");
    let mut huge = network();
    huge.update(|params| params.fill(1e30));
    let error = ModelFile::new("huge", huge, None).unwrap_err();
    assert_eq!(error.code(), "bad-network");
    assert!(error.to_string().contains("may be infinite"), "{error}");
}

#[test]
fn a_weight_that_is_no_number_is_refused_when_the_model_is_made_not_later() {
    for number in [f32::NAN, f32::INFINITY] {
        let mut broken = model().into_network();
        broken.update(|params| params[3] = number);
        let error = ModelFile::new("broken", broken, None).unwrap_err();
        assert_eq!(error.code(), "not-finite");
    }
}

#[test]
fn outputs_named_in_another_order_are_put_in_order() {
    let spec = r#"{"input": [1, 1, 3], "layers": [
        {"type": "dense", "units": 10}, {"type": "batchnorm"}], "loss": "cross-entropy"}"#;
    let network = Network::<f32>::new(serde_json::from_str(spec).unwrap(), 7).unwrap();
    let row = [0.3, -0.2, 0.9];
    let answer = |network: &Network| {
        let mut workspace = Workspace::new();
        network.predict(&row, &mut workspace).unwrap().to_vec()
    };
    let backwards = answer(&network).into_iter().rev().collect::<Vec<_>>();
    for words in [false, true] {
        let digits = [
            "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
        ];
        let name = |digit: usize| {
            if words {
                digits[digit].to_owned()
            } else {
                digit.to_string()
            }
        };
        let labels = (0..10).rev().map(name).collect();
        let model = ModelFile::labelled("turned", network.clone(), None, labels).unwrap();
        assert!(model.reads_digits());
        assert_eq!(answer(model.network()), backwards);
    }
}
