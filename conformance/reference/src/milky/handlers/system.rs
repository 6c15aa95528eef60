//! The account that is served and the implementation that serves it.

use botspec_bindings::milky::actions::{
    GetCookies, GetCookiesResponse, GetCsrfToken, GetCsrfTokenResponse, GetCustomFaceUrlList,
    GetCustomFaceUrlListResponse, GetImplInfo, GetImplInfoResponse, GetImplInfoResponseInit,
    GetImplInfoResponseQqProtocolType, GetLoginInfo, GetLoginInfoResponse, GetResourceTempUrl,
    GetResourceTempUrlResponse, SetAvatar, SetAvatarResponse, SetBio, SetBioResponse, SetNickname, SetNicknameResponse,
};

use crate::answer::Failure;
use crate::milky::table::Table;
use crate::protocol::Context;
use crate::synthetic::{cookies, csrf_token};
use crate::world::{Media, MediaKind, Refusal};

pub(super) fn add(table: &mut Table) {
    table.add::<GetLoginInfo>(get_login_info);
    table.add::<GetImplInfo>(get_impl_info);
    table.add::<GetCookies>(get_cookies);
    table.add::<GetCsrfToken>(get_csrf_token);
    table.add::<GetCustomFaceUrlList>(get_custom_face_url_list);
    table.add::<GetResourceTempUrl>(get_resource_temp_url);
    table.add::<SetAvatar>(set_avatar);
    table.add::<SetBio>(set_bio);
    table.add::<SetNickname>(set_nickname);
}

fn get_login_info(context: &mut Context<'_>, _: GetLoginInfo) -> Result<GetLoginInfoResponse, Failure> {
    let person = context.world.person(context.served.account)?;
    Ok(GetLoginInfoResponse::new(person.id, &person.nickname))
}

fn get_impl_info(context: &mut Context<'_>, _: GetImplInfo) -> Result<GetImplInfoResponse, Failure> {
    // Milky is reported by its first two numbers; the third one corrects words alone.
    let version = &context.served.dialect.file.protocol_version;
    let version = version.rsplitn(version.split('.').count().max(2) - 1, '.').last().unwrap_or_default();
    Ok(GetImplInfoResponse::new(GetImplInfoResponseInit {
        impl_name: env!("CARGO_PKG_NAME").to_owned(),
        impl_version: env!("CARGO_PKG_VERSION").to_owned(),
        qq_protocol_version: "3.2.0-made-up".to_owned(),
        qq_protocol_type: GetImplInfoResponseQqProtocolType::Linux,
        milky_version: version.to_owned(),
    }))
}

/// The same ones for every domain.
fn get_cookies(context: &mut Context<'_>, _: GetCookies) -> Result<GetCookiesResponse, Failure> {
    Ok(GetCookiesResponse::new(cookies(context.served.account)))
}

fn get_csrf_token(context: &mut Context<'_>, _: GetCsrfToken) -> Result<GetCsrfTokenResponse, Failure> {
    Ok(GetCsrfTokenResponse::new(csrf_token(context.served.account).to_string()))
}

fn get_custom_face_url_list(
    context: &mut Context<'_>,
    _: GetCustomFaceUrlList,
) -> Result<GetCustomFaceUrlListResponse, Failure> {
    let stickers = &context.world.person(context.served.account)?.stickers;
    let urls = stickers.iter().filter_map(|sticker| context.world.file(&sticker.file).ok()).map(Media::url);
    Ok(GetCustomFaceUrlListResponse::new(urls.collect::<Vec<_>>()))
}

fn get_resource_temp_url(
    context: &mut Context<'_>,
    action: GetResourceTempUrl,
) -> Result<GetResourceTempUrlResponse, Failure> {
    let name = action.resource_id.to_string();
    let file = context.world.file(&name)?;
    if file.kind == MediaKind::File {
        return Err(Refusal::NoSuchFile(name).into());
    }
    Ok(GetResourceTempUrlResponse::new(file.url()))
}

fn set_avatar(context: &mut Context<'_>, action: SetAvatar) -> Result<SetAvatarResponse, Failure> {
    context.world.import(&action.uri, MediaKind::Image)?;
    Ok(SetAvatarResponse::new())
}

fn set_bio(context: &mut Context<'_>, action: SetBio) -> Result<SetBioResponse, Failure> {
    context.world.introduce(context.served.account, None, Some(&action.new_bio), None)?;
    Ok(SetBioResponse::new())
}

fn set_nickname(context: &mut Context<'_>, action: SetNickname) -> Result<SetNicknameResponse, Failure> {
    context.world.introduce(context.served.account, Some(&action.new_nickname), None, None)?;
    Ok(SetNicknameResponse::new())
}
