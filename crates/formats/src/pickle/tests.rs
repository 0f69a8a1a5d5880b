use super::*;
use proptest::prelude::*;

/// Made by `tests/reference/make_pesos.py`.
macro_rules! fixture {
    ($name:literal) => {
        include_bytes!(concat!("../../tests/reference/", $name))
    };
}

/// What every small variant of the script holds.
fn expected() -> Pesos {
    let weights = vec![Matrix {
        rows: 2,
        columns: 3,
        values: vec![0.0, 1.0, 2.0, 3.0, 4.0, 5.0],
    }];
    Pesos {
        weights,
        biases: vec![vec![0.5, -0.5]],
    }
}

#[test]
fn arrays_are_read_from_every_protocol() {
    for file in [
        &fixture!("protocol-0.pkl")[..],
        fixture!("protocol-1.pkl"),
        fixture!("protocol-2.pkl"),
        fixture!("protocol-3.pkl"),
        fixture!("protocol-4.pkl"),
        fixture!("protocol-5.pkl"),
    ] {
        assert_eq!(read_pesos(file).unwrap(), expected());
    }
}

#[test]
fn bytes_as_python_2_prints_them_are_read() {
    // What Python 2's pickle.dumps(([w], [b])) gives, without its memo: 1.5 with a line end and a
    // quote among its bytes, and 1.
    let array = |shape: &str, bytes: &str| {
        format!(
            "cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntS'b'\ntR(I1\n({shape}tcnumpy\ndtype\n(S'f4'\nI0\nI1\ntR(I3\nS'<'\nNNNI-1\nI-1\nI0\ntbI00\nS'{bytes}'\ntb"
        )
    };
    let weights = array("I1\nI1\n", r"\n\'\xc0?");
    let biases = array("I1\n", r"\x00\x00\x80?");
    let file = format!("((l{weights}a(l{biases}at.");
    let pesos = read_pesos(file.as_bytes()).unwrap();
    let expected = f64::from(f32::from_le_bytes([10, 39, 0xc0, 63]));
    assert_eq!(pesos.weights[0].values, [expected]);
    assert_eq!(pesos.biases, [[1.0]]);
}

#[test]
fn order_and_type_of_the_numbers_do_not_matter() {
    assert_eq!(
        read_pesos(fixture!("fortran-order.pkl")).unwrap(),
        expected()
    );
    assert_eq!(
        read_pesos(fixture!("float32-big-endian.pkl")).unwrap(),
        expected()
    );
    assert_eq!(read_pesos(fixture!("flat-biases.pkl")).unwrap(), expected());
    assert_eq!(
        read_pesos(fixture!("inputs-by-outputs.pkl")).unwrap(),
        expected()
    );
}

#[test]
fn any_other_name_is_refused_by_name_even_where_it_is_harmless() {
    let refused = |file: &[u8], name: &str| {
        let error = read_pesos(file).unwrap_err();
        assert_eq!(error.code(), "pickle-forbidden");
        assert!(error.to_string().contains(name), "{error}");
    };
    refused(b"\x80\x02c_codecs\ndecode\n.", "`_codecs.decode`");
    refused(b"c__builtin__\neval\n(S'1'\ntR.", "`__builtin__.eval`");
    refused(
        b"\x80\x04\x8c\x13numpy._core.numeric\x8c\x05array\x93.",
        "`numpy._core.numeric.array`",
    );
    refused(
        b"\x80\x04\x8c\x05posix\x8c\x06system\x93\x8c\x02id\x85R.",
        "`posix.system`",
    );
    refused(b"\x80\x02cos\nsystem\n(U\x02idtR.", "`os.system`");
    refused(b"\x80\x02(ios\nsystem\n.", "`os.system`");
    refused(
        b"\x80\x04\x8c\x0bnumpy.numpy\x8c\x07ndarray\x93.",
        "`numpy.numpy.ndarray`",
    );
    refused(b"\x80\x04\x8c\x05numpy\x8c\x04load\x93.", "`numpy.load`");
}

#[test]
fn what_is_no_pair_of_lists_of_arrays_is_said() {
    let refused = |file: &[u8], words: &str| {
        let error = read_pesos(file).unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
    };
    refused(fixture!("dictionary.pkl"), "a dictionary");
    refused(fixture!("integers.pkl"), "\"i8\"");
    refused(fixture!("three-dimensions.pkl"), "3 dimensions");
    refused(b"\x80\x04K\x07.", "the outermost object is the number 7");
    refused(b"\x80\x04]]\x86.", "the list of weights is empty");
    refused(
        b"\x80\x04(K\x01K\x02t(K\x03t\x86.",
        "weights[0] is the number 1",
    );
    refused(b"\x80\x04.", "nothing to work on");
    refused(b"\x80\x04\x85.", "nothing to work on");
    refused(b"\x80\x04h\x07.", "object 7, which does not exist");
    refused(b"\x80\x04G\0\0\0\0\0\0\0\0.", "a number outside an array");
}

#[test]
fn what_was_written_reads_back_the_same() {
    let pesos = expected();
    assert_eq!(read_pesos(&write_pesos(&pesos).unwrap()).unwrap(), pesos);
}

#[test]
fn layers_that_do_not_follow_each_other_are_refused() {
    let mut pesos = expected();
    pesos.weights.push(Matrix {
        rows: 1,
        columns: 3,
        values: vec![0.0; 3],
    });
    pesos.biases.push(vec![0.0]);
    let error = write_pesos(&pesos).unwrap_err();
    assert_eq!(error.code(), "shape-mismatch");
    assert!(
        error.to_string().contains("expected [1, 2], found [1, 3]"),
        "{error}"
    );
}

#[test]
fn a_matrix_transposed_twice_is_itself() {
    let matrix = expected().weights.remove(0);
    assert_eq!(matrix.transposed().values, [0.0, 3.0, 1.0, 4.0, 2.0, 5.0]);
    assert_eq!(matrix.transposed().transposed(), matrix);
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused_without_a_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..300),
    ) {
        let mut file = vec![0x80, 4];
        file.extend(bytes);
        let _ = read_pesos(&file);
    }

    #[test]
    fn a_mutated_pickle_is_read_or_refused_without_a_panic(
        at in 0_usize..2000, byte in any::<u8>(), cut in 0_usize..2000,
    ) {
        let mut file = fixture!("protocol-4.pkl").to_vec();
        let length = file.len();
        file[at % length] = byte;
        file.truncate(length - cut % 8);
        let _ = read_pesos(&file);
    }
}
