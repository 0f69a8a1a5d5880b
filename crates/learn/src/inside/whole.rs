//! Weights that are whole numbers times one scale a channel, as they ship: told from the weights themselves, bit for bit,
//! so that it holds for any file that was opened, and ends with the first lesson that moves them.

use trazo_nn::{Layer, Network};

/// No file has larger whole numbers: a byte each.
const LARGEST: i32 = 127;

/// The weights of one channel as `w = number · scale`, rounded to a float.
#[derive(Debug, Clone, PartialEq)]
pub struct Whole {
    /// One for each weight, in the channel's order.
    pub numbers: Vec<i32>,
    /// What they are multiplied by; 0 where all of them are 0.
    pub scale: f32,
}

impl Whole {
    /// The whole numbers that a channel's weights are, where there are any.
    ///
    /// ```
    /// use trazo_learn::inside::Whole;
    /// let weights = [3.0 * 0.1f32, -31.0 * 0.1, 0.0, 17.0 * 0.1];
    /// let whole = Whole::of(&weights).expect("they are made of them");
    /// assert_eq!((whole.numbers, whole.scale), (vec![3, -31, 0, 17], 0.1));
    /// assert_eq!(Whole::of(&[0.3, -3.1234, 0.05, 1.7]), None);
    /// ```
    pub fn of(weights: &[f32]) -> Option<Self> {
        let largest = weights.iter().fold(0.0f32, |most, w| most.max(w.abs()));
        if largest == 0.0 {
            let numbers = vec![0; weights.len()];
            return Some(Self {
                numbers,
                scale: 0.0,
            });
        }
        // The largest is some whole number times the scale, but for rounding: so one of these is the scale.
        let scales = (1..=LARGEST).flat_map(|most| {
            let scale = largest / most as f32;
            [scale, scale.next_down(), scale.next_up()]
        });
        let mut scales = scales.filter(|scale| scale.is_normal());
        scales.find_map(|scale| {
            let numbers = weights.iter().map(|w| {
                let number = (w / scale).round();
                let is_it = number.abs() <= LARGEST as f32 && number * scale == *w;
                is_it.then_some(number as i32)
            });
            let numbers = numbers.collect::<Option<_>>()?;
            Some(Self { numbers, scale })
        })
    }

    /// Those of channel `channel` of a layer; `None` where it has no weights or they are not whole.
    pub fn of_channel(network: &Network, layer: &Layer, channel: usize) -> Option<Self> {
        let weights = network.params().get(layer.params.clone())?;
        let weights = weights.get(..layer.weights).filter(|w| !w.is_empty())?;
        let of_channel = weights
            .iter()
            .skip(channel)
            .step_by(layer.out_shape[2].max(1));
        Self::of(&of_channel.copied().collect::<Vec<_>>())
    }

    /// For each layer, whether the weights of all its channels are whole.
    pub fn layers(network: &Network) -> Vec<bool> {
        let whole = |layer: &Layer| {
            let mut channels = 0..layer.out_shape[2];
            channels.all(|channel| Self::of_channel(network, layer, channel).is_some())
        };
        network.layers().iter().map(whole).collect()
    }
}
