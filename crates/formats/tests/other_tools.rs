//! NumPy, safetensors, ONNX's checker and onnxruntime read what Trazo writes, and give its answers.
//!
//! `reference/check_other_tools.py` does it, with the Python that `TRAZO_PYTHON` names or `python3`
//! where that has these packages. Where it has not, and `CI` is set, they are installed into a place
//! of the test's own; else it is skipped, and said so.

// Helpers are not tests to clippy.
#![allow(clippy::unwrap_used)]

#[allow(dead_code)]
#[path = "../examples/export.rs"]
mod export;

use std::path::{Path, PathBuf};
use std::process::Command;

const PACKAGES: [&str; 4] = ["numpy", "onnx", "onnxruntime", "safetensors"];

/// Whether a Python has all that is needed.
fn serves(python: &Path) -> bool {
    let program = PACKAGES
        .map(|package| format!("import {package}"))
        .join("; ");
    let ran = Command::new(python).args(["-c", &program]).output();
    ran.is_ok_and(|output| output.status.success())
}

fn python() -> Option<PathBuf> {
    let named = std::env::var_os("TRAZO_PYTHON").map_or_else(|| "python3".into(), PathBuf::from);
    if serves(&named) {
        return Some(named);
    }
    let own = Path::new(env!("CARGO_TARGET_TMPDIR")).join("python");
    let python = own.join("bin/python");
    if !serves(&python) && std::env::var_os("CI").is_some() {
        let _ = Command::new(&named).args(["-m", "venv"]).arg(&own).status();
        let install = ["-m", "pip", "install", "--quiet"];
        let _ = Command::new(&python).args(install).args(PACKAGES).status();
    }
    serves(&python).then_some(python)
}

#[test]
fn other_tools_read_what_is_written_and_give_the_same_answers() {
    let Some(python) = python() else {
        eprintln!(
            "skipped: no Python with {} (set TRAZO_PYTHON)",
            PACKAGES.join(", ")
        );
        return;
    };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("other-tools");
    let shipped = ["digits", "classic"].map(|name| {
        let root = env!("CARGO_MANIFEST_DIR");
        format!("{root}/../../pretrained/{name}.trazo")
    });
    export::export(&folder, &shipped).unwrap();
    let script = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/reference/check_other_tools.py"
    );
    let output = Command::new(python)
        .arg(script)
        .arg(&folder)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let complained = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}{complained}");
    assert!(said.contains("5 models agree"), "{said}");
}
