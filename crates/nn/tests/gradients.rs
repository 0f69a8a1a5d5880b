//! Every layer and loss against central finite differences, in `f64` and in `f32`.
// In a test a panic is the report.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use rand::Rng;
use rand_pcg::Pcg32;
use trazo_nn::{
    Activation, LayerSpec, Loss, Network, NetworkSpec, Padding, Real, Targets, Workspace,
};

const ACTIVATIONS: [Activation; 4] = [
    Activation::Linear,
    Activation::Relu,
    Activation::Sigmoid,
    Activation::Tanh,
];

fn uniform(random: &mut Pcg32) -> f64 {
    f64::from(random.next_u32() >> 8) / f64::from(1 << 23) - 1.0
}

/// Largest error of the gradient relative to its norm, over (at most 200) parameters.
///
/// The finite difference is always computed in `f64`, of the network with the same parameters:
/// in `f32` the difference of two losses would say more about rounding than about the gradient.
fn worst<T: Real>(spec: &NetworkSpec, rows: usize, soft: bool, train: bool) -> f64 {
    let mut random = Pcg32::new(11, 5);
    let mut exact = Network::<f64>::new(spec.clone(), 9).unwrap();
    // Away from what initialization makes special: zero biases, unit scales.
    exact.update(|params| {
        for p in params.iter_mut() {
            *p = f64::from((*p + 0.1 * uniform(&mut random)) as f32);
        }
    });
    // Running variances stay positive.
    let exact_params = exact.params().to_vec();
    let inputs: Vec<f64> = (0..rows * exact.inputs())
        .map(|_| f64::from(uniform(&mut random) as f32))
        .collect();
    let classes = exact.outputs();
    let labels: Vec<u8> = (0..rows).map(|i| (i * 7 % classes) as u8).collect();
    let targets: Vec<f64> = (0..rows * classes)
        .map(|_| f64::from(uniform(&mut random).abs() as f32))
        .collect();
    let convert = |values: &[f64]| -> Vec<T> { values.iter().map(|&v| T::from_f64(v)).collect() };

    let network = Network::<T>::from_params(spec.clone(), convert(&exact_params)).unwrap();
    let mut ws = Workspace::<T>::new();
    if train {
        ws.set_training(3);
    }
    let soft_targets = convert(&targets);
    let goal = match soft {
        true => Targets::Soft(&soft_targets),
        false => Targets::Labels(&labels),
    };
    network
        .loss_and_gradient(0, &convert(&inputs), goal, &mut ws)
        .unwrap();
    let gradients: Vec<f64> = ws.gradients().iter().map(|g| g.to_f64()).collect();

    let mut ws = Workspace::<f64>::new();
    let mut loss_at = |exact: &Network<f64>| {
        if train {
            ws.set_training(3);
        }
        let goal = match soft {
            true => Targets::Soft(&targets),
            false => Targets::Labels(&labels),
        };
        exact.loss_and_gradient(0, &inputs, goal, &mut ws).unwrap()
    };
    let norm = gradients.iter().map(|g| g * g).sum::<f64>().sqrt();
    let stride = gradients.len().div_ceil(200);
    let mut worst = 0f64;
    for index in (0..gradients.len()).step_by(stride) {
        if running_statistic(&exact, index) && train {
            assert_eq!(gradients[index], 0.0);
            continue;
        }
        if running_statistic(&exact, index) {
            continue;
        }
        let step = 1e-5;
        exact.update(|p| p[index] = exact_params[index] + step);
        let above = loss_at(&exact);
        exact.update(|p| p[index] = exact_params[index] - step);
        let below = loss_at(&exact);
        exact.update(|p| p[index] = exact_params[index]);
        let difference = (above - below) / (2.0 * step);
        worst = worst.max((difference - gradients[index]).abs() / norm);
    }
    assert!(norm > 0.0);
    worst
}

fn running_statistic(network: &Network<f64>, index: usize) -> bool {
    network.layers().iter().any(|layer| {
        matches!(layer.spec, LayerSpec::BatchNorm { .. })
            && layer.params.contains(&index)
            && index >= layer.params.start + 2 * layer.in_shape[2]
    })
}

fn check(input: [usize; 3], layers: Vec<LayerSpec>, loss: Loss, rows: usize) {
    let spec = NetworkSpec {
        input,
        layers,
        loss,
    };
    for soft in [false, true] {
        for train in [false, true] {
            let exact = worst::<f64>(&spec, rows, soft, train);
            assert!(
                exact < 1e-6,
                "f64: {exact} for {spec:?}, {rows} rows, soft {soft}, train {train}"
            );
            let single = worst::<f32>(&spec, rows, soft, train);
            assert!(
                single < 1e-4,
                "f32: {single} for {spec:?}, {rows} rows, soft {soft}, train {train}"
            );
        }
    }
}

fn dense(units: usize, activation: Activation) -> LayerSpec {
    LayerSpec::Dense { units, activation }
}

fn conv(filters: usize, kernel: usize, padding: Padding, activation: Activation) -> LayerSpec {
    LayerSpec::Conv {
        filters,
        kernel,
        padding,
        activation,
    }
}

#[test]
fn gradients_of_dense_layers_are_finite_differences_under_both_losses() {
    for rows in [1, 2, 5, 33] {
        for activation in ACTIVATIONS {
            let layers = vec![dense(9, activation), dense(11, Activation::Linear)];
            check([1, 1, 7], layers.clone(), Loss::CrossEntropy, rows);
            check([1, 1, 7], layers, Loss::SquaredError, rows);
        }
        let sigmoids = vec![
            dense(6, Activation::Sigmoid),
            dense(10, Activation::Sigmoid),
        ];
        check([3, 2, 2], sigmoids, Loss::SquaredError, rows);
    }
}

#[test]
fn gradients_of_convolutions_are_finite_differences_for_every_padding_and_kernel() {
    for padding in [Padding::Same, Padding::Valid] {
        for kernel in [1, 3, 5] {
            for activation in ACTIVATIONS {
                let layers = vec![
                    conv(5, kernel, padding, activation),
                    conv(3, kernel, padding, activation),
                    dense(10, Activation::Linear),
                ];
                check([10, 9, 2], layers, Loss::CrossEntropy, 3);
            }
        }
    }
    let wide = vec![
        conv(16, 3, Padding::Same, Activation::Relu),
        conv(32, 3, Padding::Same, Activation::Relu),
    ];
    check([6, 7, 1], wide, Loss::SquaredError, 2);
}

#[test]
fn gradients_of_many_small_pictures_are_finite_differences() {
    for padding in [Padding::Same, Padding::Valid] {
        let layers = vec![
            conv(5, 3, Padding::Same, Activation::Sigmoid),
            conv(6, 3, padding, Activation::Relu),
            dense(10, Activation::Linear),
        ];
        check([4, 4, 3], layers, Loss::CrossEntropy, 6);
    }
}

#[test]
fn gradients_through_max_pools_are_finite_differences() {
    for (size, channels) in [(1, 3), (2, 4), (2, 9), (3, 1)] {
        let layers = vec![
            conv(channels, 3, Padding::Same, Activation::Sigmoid),
            LayerSpec::MaxPool { size },
            dense(10, Activation::Linear),
        ];
        check([7, 8, 1], layers, Loss::CrossEntropy, 3);
    }
}

#[test]
fn gradients_through_batch_normalization_are_finite_differences() {
    for activation in ACTIVATIONS {
        let layers = vec![
            conv(5, 3, Padding::Same, Activation::Linear),
            LayerSpec::BatchNorm { activation },
            LayerSpec::MaxPool { size: 2 },
            dense(7, Activation::Linear),
            LayerSpec::BatchNorm { activation },
            dense(10, Activation::Linear),
        ];
        check([6, 6, 2], layers, Loss::CrossEntropy, 4);
    }
}

#[test]
fn gradients_through_dropout_are_finite_differences_for_the_same_mask() {
    let layers = vec![
        dense(20, Activation::Sigmoid),
        LayerSpec::Dropout { rate: 0.4 },
        dense(10, Activation::Linear),
    ];
    check([1, 1, 12], layers, Loss::CrossEntropy, 6);
}
