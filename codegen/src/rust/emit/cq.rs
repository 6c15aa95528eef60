//! The characters of CQ codes.

use botspec_schema::model::Escape;
use quote::quote;

use super::file::SourceFile;
use crate::plan::CqPlan;

pub(crate) fn cq(file: &mut SourceFile, plan: &CqPlan) {
    let code = &plan.code;
    let (open, close, separator, assign) = (&code.open, &code.close, &code.separator, &code.assign);
    let (text_segment, text_key, without) = (&code.text_segment, &code.text_key, &plan.without);
    let (text_escapes, value_escapes) = (escapes(&code.text_escapes), escapes(&code.value_escapes));
    file.uses(&["NoCqForm", "Segment"]);
    file.rust(quote! {
        use crate::cq::{Escape, Syntax};
    });
    file.rust(quote! {
        const SYNTAX: Syntax = Syntax {
            open: #open,
            close: #close,
            separator: #separator,
            assign: #assign,
            text_segment: #text_segment,
            text_key: #text_key,
            text_escapes: &[#(#text_escapes),*],
            value_escapes: &[#(#value_escapes),*],
            without_code: &[#(#without),*],
        };

        /// Reads a message string. What looks like a code but is not well-formed stays text.
        pub fn parse<S: Segment>(message: &str) -> Vec<S> {
            SYNTAX.parse(message)
        }

        /// Writes segments as a message string; an error where one of them has no string form.
        pub fn write<S: Segment>(segments: &[S]) -> Result<String, NoCqForm> {
            SYNTAX.write(segments)
        }

        /// Escapes a text so that it stands for itself in a message string.
        pub fn escape_text(text: &str) -> String {
            SYNTAX.escape_text(text)
        }

        /// Escapes a text so that it can stand as the value of a parameter in a code.
        pub fn escape_value(text: &str) -> String {
            SYNTAX.escape_value(text)
        }
    });
}

fn escapes(escapes: &[Escape]) -> Vec<proc_macro2::TokenStream> {
    let each = |Escape { raw, escaped, only_read }: &Escape| match only_read {
        true => quote!(Escape::read(#raw, #escaped)),
        false => quote!(Escape::both(#raw, #escaped)),
    };
    escapes.iter().map(each).collect()
}
