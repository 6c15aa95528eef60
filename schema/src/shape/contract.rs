//! The schemas of contracts into shapes.

use super::{Direction, Kind, Reader, Shape};
use crate::model::{MessageForm, MessageForms, Schema};
use crate::referenced;

/// The shape that a schema of a contract describes; `at` is where it stands, `forms` the forms that messages of its
/// dialect have.
pub(crate) fn of_contract(schema: &Schema, forms: Option<&MessageForms>, at: &str) -> Shape {
    let named = |reference: &str| {
        let name = referenced(reference)?;
        Some(virtual_type(name, forms).unwrap_or_else(|| Shape::new(Kind::Named(name.to_owned()), reference)))
    };
    // What is no schema is the lint's business; here it is a type of which nothing is known.
    Reader::new(schema, &named).shape(schema, at)
}

/// Where the loader's own types stand.
const VIRTUAL: &str = "the segments and events of the dialect";

/// The types that the loader makes from the segments and events of a dialect; where nobody stated which forms a message
/// has, it may have any.
fn virtual_type(name: &str, forms: Option<&MessageForms>) -> Option<Shape> {
    const ANY: [MessageForm; 3] = [MessageForm::String, MessageForm::Segment, MessageForm::Array];
    let segment = |direction| Shape::new(Kind::Segment(Some(direction)), VIRTUAL);
    let list = |direction| Shape::array(segment(direction), VIRTUAL);
    let message = |forms: &[MessageForm], direction| {
        let shapes = forms.iter().map(|form| match form {
            MessageForm::String => Shape::new(Kind::String, VIRTUAL),
            MessageForm::Segment => segment(direction),
            MessageForm::Array => list(direction),
        });
        Shape::union(shapes.collect(), VIRTUAL)
    };
    Some(match name {
        "segment_send" => segment(Direction::Send),
        "segment_receive" => segment(Direction::Receive),
        "message_send" => message(forms.map_or(&ANY, |forms| &forms.send), Direction::Send),
        "message_receive" => message(
            forms.map_or(&[MessageForm::String, MessageForm::Array], |forms| &forms.receive),
            Direction::Receive,
        ),
        "message_array" => list(Direction::Receive),
        "event" => Shape::new(Kind::Event, VIRTUAL),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::virtual_type;

    #[test]
    fn every_type_of_the_loader_is_known() {
        for name in crate::VIRTUAL {
            assert!(virtual_type(name, None).is_some(), "{name}");
        }
        assert_eq!(virtual_type("user", None), None);
    }
}
