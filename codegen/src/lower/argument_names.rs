//! What the arguments of a method are called, today and before.

use super::Lower;
use crate::model::{Arg, Place};
use crate::names;
use crate::span::Sp;

impl Lower<'_, '_> {
    /// Each argument is called by one name, and no name of before leads to another one.
    pub(super) fn arguments_have_names(&mut self, args: &[Arg]) {
        for arg in args {
            if !names::is_argument_name(&arg.name) {
                self.diagnostics
                    .malformed_argument(arg.name.span, &arg.name);
            }
        }
        self.names_are_distinct(args);
        self.aliases_lead_nowhere_else(args);
    }

    /// Two arguments of one name, wherever they go, cannot be told apart in a flat namespace.
    fn names_are_distinct(&mut self, args: &[Arg]) {
        for (index, arg) in args.iter().enumerate() {
            let earlier = args
                .iter()
                .take(index)
                .find(|earlier| earlier.name == arg.name);
            if let Some(earlier) = earlier {
                let added = matches!(arg.place, Place::Limit | Place::Cursor);
                let (second, first) = if added {
                    (&earlier.name, &arg.name)
                } else {
                    (&arg.name, &earlier.name)
                };
                self.diagnostics
                    .arguments_collide(second.span, first.span, &arg.name, added);
            }
        }
    }

    /// A name of before is no other argument's, and none that a variable of a URL has.
    fn aliases_lead_nowhere_else(&mut self, args: &[Arg]) {
        let mut taken: Vec<(&Sp<String>, bool)> = args
            .iter()
            .map(|arg| (&arg.name, matches!(arg.place, Place::Limit | Place::Cursor)))
            .collect();
        for alias in args.iter().flat_map(|arg| &arg.aliases) {
            if !names::is_argument_name(alias) {
                self.diagnostics.malformed_argument_alias(alias.span, alias);
            }
            let mut fields = self.definition.connection.iter();
            if let Some((field, _)) = fields.find(|(field, _)| *field == alias) {
                self.diagnostics
                    .argument_hides_connection(alias.span, field.span, alias);
            }
            match taken.iter().find(|(name, _)| *name == alias) {
                Some((first, added)) => {
                    self.diagnostics
                        .argument_alias_taken(alias.span, first.span, alias, *added);
                }
                None => taken.push((alias, false)),
            }
        }
    }
}
