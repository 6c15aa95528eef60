//! Actions whose answer nothing in the world decides over: the example of their contract is as good as any.

use crate::onebot11::table::Table;

/// Made-up credentials, services of QQ that a small world does not have, and cards that clients draw.
const BY_CONTRACT: &[&str] = &[
    ".ocr_image",
    "ArkShareGroup",
    "ArkSharePeer",
    "_get_model_show",
    "_set_model_show",
    "check_url_safely",
    "click_inline_keyboard_button",
    "fetch_ptt_text",
    "get_ai_characters",
    "get_ai_record",
    "get_clientkey",
    "get_guild_list",
    "get_guild_service_profile",
    "get_mini_app_ark",
    "get_online_clients",
    "get_recommend_face",
    "get_rkey",
    "get_rkey_server",
    "get_robot_uin_range",
    "get_unidirectional_friend_list",
    "llonebot_debug",
    "nc_get_packet_status",
    "nc_get_rkey",
    "ocr_image",
    "send_ark_share",
    "send_group_ark_share",
    "send_packet",
    "send_pb",
    "translate_en2zh",
];

pub(super) fn add(table: &mut Table) {
    for name in BY_CONTRACT {
        table.by_contract(name);
    }
}
