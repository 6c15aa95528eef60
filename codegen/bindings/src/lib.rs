//! Types that decode what OneBot 11 implementations really send.
