//! Postal addresses.

use crate::request;

request! {
    /// A postal address: as much of it as is known.
    #[cfg_attr(feature = "openapi", schema(example = json!({"street": "Unter den Linden 1", "postalCode": "10117", "city": "Berlin", "country": "DE"})))]
    pub struct PostalAddress {
        /// Street and number, on one line or more.
        #[validate(length(min = 1, max = 300), custom(function = crate::said))]
        #[cfg_attr(
            feature = "openapi",
            schema(min_length = 1, max_length = 300, pattern = "[^\\s]")
        )]
        pub street: Option<String>,
        /// Postal code.
        #[validate(length(min = 1, max = 20), custom(function = crate::one_line))]
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 20))]
        pub postal_code: Option<String>,
        /// Town.
        #[validate(length(min = 1, max = 100), custom(function = crate::one_line))]
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 100))]
        pub city: Option<String>,
        /// State, province or county.
        #[validate(length(min = 1, max = 100), custom(function = crate::one_line))]
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 100))]
        pub region: Option<String>,
        /// Country by its ISO 3166-1 code.
        #[validate(custom(function = crate::country))]
        #[cfg_attr(feature = "openapi", schema(pattern = "^[A-Z]{2}$", example = "DE"))]
        pub country: Option<String>,
    }
}

impl PostalAddress {
    /// Its parts that are known, in the order in which they are written.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        let Self {
            street,
            postal_code,
            city,
            region,
            country,
        } = self;
        [street, postal_code, city, region, country]
            .into_iter()
            .filter_map(|part| part.as_deref())
    }

    /// The address on one line, its country as a code.
    #[must_use]
    pub fn one_line(&self) -> String {
        let lines = self.parts().flat_map(str::lines).map(str::trim);
        lines
            .filter(|line| !line.is_empty())
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// The address, unless nothing of it is known.
    #[must_use]
    pub fn known(self) -> Option<Self> {
        (self != Self::default()).then_some(self)
    }
}
