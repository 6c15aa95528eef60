//! The account that is served, and its made-up credentials.

use botspec_bindings::onebot11::actions::{
    GetCookies, GetCookiesResponse, GetCredentials, GetCredentialsResponse, GetCsrfToken, GetCsrfTokenResponse,
    GetLoginInfo,
};
use botspec_bindings::onebot11::types::LoginInfo;

use crate::answer::Failure;
use crate::onebot11::table;
use crate::protocol::{Context, Handlers};

pub(super) fn add(handlers: &mut Handlers) {
    table::add::<GetLoginInfo>(handlers, get_login_info);
    table::add::<GetCookies>(handlers, get_cookies);
    table::add::<GetCsrfToken>(handlers, get_csrf_token);
    table::add::<GetCredentials>(handlers, get_credentials);
}

fn get_login_info(context: &mut Context<'_>, _: GetLoginInfo) -> Result<LoginInfo, Failure> {
    let person = context.world.person(context.served.account)?;
    Ok(LoginInfo::new(person.id, &person.nickname))
}

fn get_cookies(context: &mut Context<'_>, _: GetCookies) -> Result<GetCookiesResponse, Failure> {
    Ok(GetCookiesResponse::new(cookies(context)))
}

fn get_csrf_token(context: &mut Context<'_>, _: GetCsrfToken) -> Result<GetCsrfTokenResponse, Failure> {
    Ok(GetCsrfTokenResponse::new(csrf_token(context)))
}

fn get_credentials(context: &mut Context<'_>, _: GetCredentials) -> Result<GetCredentialsResponse, Failure> {
    Ok(GetCredentialsResponse::new(cookies(context), csrf_token(context)))
}

fn cookies(context: &Context<'_>) -> String {
    format!("uin=o{}; skey=@made-up", context.served.account)
}

/// Worked out from the key in the cookies, as clients do it.
fn csrf_token(context: &Context<'_>) -> i64 {
    let cookies = cookies(context);
    let key = cookies.split("skey=").nth(1).unwrap_or_default();
    key.bytes().fold(5_381, |hash: i64, byte| (hash + (hash << 5) + i64::from(byte)) & 0x7FFF_FFFF)
}
