//! Numbers that go by name.
//!
//! In: a list of names. Out: a struct of numbers with those fields. The list is the only one: the
//! files that hold such numbers are read by it (serde, for which a missing or an unknown name is an
//! error), and the recipe in `models/recipe` takes the names from what it is given. The order of
//! the fields decides nothing but the order in which sums run, and so their rounding.
//! Knows nothing of what the numbers say.

/// A struct of numbers, all of one type: values, or weights of them, or a list of weights each.
macro_rules! named {
    (
        $(#[$of_struct:meta])*
        $vis:vis struct $name:ident {
            $($(#[$of_field:meta])* $field:ident,)+
        }
    ) => {
        $(#[$of_struct])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        $vis struct $name<T> {
            $($(#[$of_field])* $vis $field: T,)+
        }

        #[allow(dead_code, reason = "few need all of it")]
        impl<T> $name<T> {
            /// The names, in the order in which sums run.
            $vis const NAMES: [&'static str; [$(stringify!($field)),+].len()] =
                [$(stringify!($field)),+];

            /// The numbers, in the order of the names.
            $vis fn values(self) -> [T; [$(stringify!($field)),+].len()] {
                [$(self.$field),+]
            }

            /// The same done to each number.
            $vis fn map<U>(self, mut each: impl FnMut(T) -> U) -> $name<U> {
                $name { $($field: each(self.$field),)+ }
            }

            /// The sum of the products with the numbers of the same names.
            $vis fn dot(&self, weights: &Self) -> T
            where
                T: Copy + Default + std::ops::Add<Output = T> + std::ops::Mul<Output = T>,
            {
                let mut sum = T::default();
                $(sum = sum + self.$field * weights.$field;)+
                sum
            }
        }

        #[allow(dead_code, reason = "few need it")]
        impl<T: Copy, const N: usize> $name<[T; N]> {
            /// The first of each list, the second of each, and so on.
            #[allow(clippy::indexing_slicing, reason = "each list has N")]
            $vis fn columns(self) -> [$name<T>; N] {
                std::array::from_fn(|column| self.map(|list| list[column]))
            }
        }
    };
}
pub(crate) use named;

/// 1 for what holds, 0 for what does not.
pub(crate) fn flag(holds: bool) -> f32 {
    f32::from(u8::from(holds))
}

#[cfg(test)]
mod tests {
    named! {
        /// Two numbers.
        struct Pair {
            /// The first.
            left,
            /// The second.
            right,
        }
    }

    fn read(json: &str) -> Result<Pair<f32>, String> {
        serde_json::from_str(json).map_err(|wrong| wrong.to_string())
    }

    #[test]
    fn numbers_are_read_by_name() {
        let pair = Pair { left: 2.0, right: 3.0 };
        assert_eq!(read(r#"{"right": 3, "left": 2}"#), Ok(pair));
        assert_eq!(serde_json::to_string(&pair).unwrap(), r#"{"left":2.0,"right":3.0}"#);
        assert!(read(r#"{"left": 2}"#).unwrap_err().contains("missing field `right`"));
        let unknown = read(r#"{"left": 2, "right": 3, "middle": 1}"#).unwrap_err();
        assert!(unknown.contains("unknown field `middle`"), "{unknown}");
        assert!(read(r#"{"left": 2, "left": 2, "right": 3}"#).is_err());
    }

    #[test]
    fn names_values_and_sums_keep_one_order() {
        let pair = Pair { left: 2.0, right: 3.0 };
        assert_eq!(Pair::<f32>::NAMES, ["left", "right"]);
        assert_eq!(pair.values(), [2.0, 3.0]);
        assert_eq!(pair.dot(&Pair { left: 10.0, right: 1.0 }), 23.0);
        assert_eq!(pair.map(|value| value as u8), Pair { left: 2, right: 3 });
        let columns = Pair { left: [1, 2], right: [3, 4] }.columns();
        assert_eq!(columns, [Pair { left: 1, right: 3 }, Pair { left: 2, right: 4 }]);
    }
}
