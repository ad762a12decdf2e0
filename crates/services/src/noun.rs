//! Declares a noun: a handle whose methods are the use cases, and the other nouns that they may call. Calling a noun that
//! is not declared does not compile.

/// `noun! { /// Doc. posts::Posts, state: State, uses: [statuses::Statuses] }` in `posts/mod.rs` makes the handle
/// `Posts<'_>`. It dereferences to the [`Core`](crate::Core) (`self.access`, `self.clock`), gives the noun's own state
/// by `self.state()`, and the handle of each noun listed under `uses` by its name: `self.statuses()`.
macro_rules! noun {
    ($(#[$doc:meta])* $noun:ident :: $Handle:ident, state: $State:ident, uses: [$($uses:tt)*]) => {
        noun! { @handle $(#[$doc])* $noun :: $Handle, [$($uses)*] {
            /// The state that this noun keeps in memory.
            pub(super) const fn state(&self) -> &'a super::$State {
                &self.0.states.$noun
            }
        } }
    };
    ($(#[$doc:meta])* $noun:ident :: $Handle:ident, uses: [$($uses:tt)*]) => {
        noun! { @handle $(#[$doc])* $noun :: $Handle, [$($uses)*] {} }
    };
    (@handle $(#[$doc:meta])* $noun:ident :: $Handle:ident, [$($other:ident :: $Other:ident),*] { $($state:tt)* }) => {
        mod handle {
            $(#[$doc])*
            #[derive(Clone, Copy)]
            pub struct $Handle<'a>(&'a crate::Services);

            impl<'a> $Handle<'a> {
                $($state)*
                $(pub(super) const fn $other(&self) -> crate::$other::$Other<'a> {
                    self.0.$other()
                })*
            }

            impl std::ops::Deref for $Handle<'_> {
                type Target = crate::Core;
                fn deref(&self) -> &crate::Core {
                    &self.0.core
                }
            }

            impl crate::Services {
                pub const fn $noun(&self) -> $Handle<'_> {
                    $Handle(self)
                }
            }
        }
        pub use handle::$Handle;
    };
}
