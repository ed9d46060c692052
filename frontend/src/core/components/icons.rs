//! Line icons of 16 units, drawn for this client.

use leptos::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    Add,
    Back,
    Bell,
    Board,
    Building,
    Chart,
    Check,
    ChevronDown,
    ChevronRight,
    Clock,
    Contact,
    Close,
    Columns,
    Deal,
    Device,
    Dots,
    Down,
    Download,
    Filter,
    Flag,
    Globe,
    Grip,
    Import,
    Key,
    Lead,
    List,
    Lock,
    Log,
    Mail,
    Member,
    Menu,
    Moon,
    Note,
    Pencil,
    Phone,
    Pin,
    Product,
    Restore,
    Search,
    Settings,
    SignOut,
    Sun,
    System,
    Tag,
    Team,
    Trash,
    Trophy,
    Up,
    Warning,
}

impl Icon {
    const fn path(self) -> &'static str {
        match self {
            Self::Add => "M8 3v10M3 8h10",
            Self::Back => "M13 8H3M7 4 3 8l4 4",
            Self::Bell => "M4 11V7a4 4 0 0 1 8 0v4l1.500 1.500h-11ZM6.700 14h2.600",
            Self::Board => "M2.5 3h3v10h-3zM6.5 3h3v6h-3zM10.5 3h3v8h-3z",
            Self::Building => "M3 14V3.5L9 2v12M9 6l4 1v7M1.5 14h13M5.5 5.5h1M5.5 8h1M5.5 10.5h1",
            Self::Chart => "M2 14h12M4 11V8M8 11V3M12 11V6",
            Self::Check => "m3 8.5 3.2 3.2L13 4.8",
            Self::ChevronDown => "m4 6 4 4 4-4",
            Self::ChevronRight => "m6 4 4 4-4 4",
            Self::Clock => "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2ZM8 5v3.2L10 10",
            Self::Contact => {
                "M3 2.500h10v11H3zM8 5a1.600 1.600 0 1 0 0 3.200A1.600 1.600 0 0 0 8 5ZM5.300 11.500c.3-1.300 1.300-2 2.700-2s2.400.7 2.700 2"
            }
            Self::Close => "m4 4 8 8M12 4l-8 8",
            Self::Columns => "M2.500 3h11v10h-11zM6.200 3v10M9.800 3v10",
            Self::Deal => {
                "M8 2.5v11M11 5c-.5-1-1.600-1.500-3-1.500-1.800 0-3 .8-3 2.200 0 3.200 6.200 1.400 6.200 4.600 0 1.400-1.300 2.200-3.200 2.200-1.600 0-2.900-.600-3.300-1.800"
            }
            Self::Device => "M2 3.500h12v7H2zM6 13.500h4M8 10.500v3",
            Self::Dots => "M3.2 8h.6M7.700 8h.6M12.200 8h.6",
            Self::Down => "M8 3v10M4 9l4 4 4-4",
            Self::Download => "M8 2v8M4.500 6.500 8 10l3.500-3.500M2.500 13.500h11",
            Self::Filter => "M2.500 4h11M4.500 8h7M6.500 12h3",
            Self::Flag => "M4 14V2.500h8.500L10.500 6l2 3.500H4",
            Self::Globe => {
                "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2ZM2 8h12M8 2c2 1.700 2.600 3.700 2.600 6S10 12.300 8 14C6 12.300 5.400 10.300 5.400 8S6 3.700 8 2Z"
            }
            Self::Grip => "M6 4h.01M10 4h.01M6 8h.01M10 8h.01M6 12h.01M10 12h.01",
            Self::Import => "M8 10V2M4.500 5.500 8 2l3.500 3.500M2.500 13.500h11",
            Self::Key => {
                "M5.500 7.500a3 3 0 1 0 0 6 3 3 0 0 0 0-6ZM7.600 8.400 13.500 2.500M11 5l2 2"
            }
            Self::Lead => "M2.500 3h11L9.500 8v4.500l-3 1.500V8Z",
            Self::List => "M5.500 4h8M5.500 8h8M5.500 12h8M2.500 4h.01M2.500 8h.01M2.500 12h.01",
            Self::Lock => "M3.500 7.500h9V14h-9zM5.500 7.500V5a2.500 2.500 0 0 1 5 0v2.500",
            Self::Log => "M4 2h6l3 3v9H4zM6.500 7.500h4M6.500 10.500h4",
            Self::Mail => "M2.500 4h11v8h-11zM2.500 4.500 8 9l5.500-4.500",
            Self::Member => {
                "M8 2.500a2.750 2.750 0 1 0 0 5.500 2.750 2.750 0 0 0 0-5.500ZM2.500 14c.4-2.600 2.600-4 5.500-4s5.100 1.400 5.500 4"
            }
            Self::Menu => "M2.500 4h11M2.500 8h11M2.500 12h11",
            Self::Moon => "M13 9.500A5.500 5.500 0 0 1 6.500 3 5.500 5.500 0 1 0 13 9.500Z",
            Self::Note => "M3 2.500h10v8L10 13.500H3ZM10 13.500v-3h3M5.500 5.500h5M5.500 8h3",
            Self::Pencil => "m3 13 .6-2.800L10.800 3l2.200 2.200-7.200 7.200Z",
            Self::Phone => {
                "M4 2.500h2.200l1 3-1.500 1.200c.7 1.500 1.900 2.700 3.400 3.400l1.200-1.500 3 1v2.200c0 .7-.6 1.300-1.300 1.200C7 12.500 3 8.500 2.800 3.800c0-.7.5-1.300 1.200-1.300Z"
            }
            Self::Pin => "M6 2.500h4M6.700 2.500v4L4.500 9.500h7L9.300 6.500v-4M8 9.500V14",
            Self::Product => "M8 2 13.500 5v6L8 14l-5.500-3V5ZM2.500 5 8 8l5.500-3M8 8v6",
            Self::Restore => "M3 8a5 5 0 1 0 1.600-3.700L3 5.800M3 2.500v3.300h3.300",
            Self::Search => {
                "M7 2.500a4.500 4.500 0 1 0 0 9 4.500 4.500 0 0 0 0-9ZM10.300 10.300l3.200 3.200"
            }
            Self::Settings => {
                "M2.500 5h6M12.500 5h1M2.500 11h1M7.500 11h6M10.500 3.200a1.800 1.800 0 1 0 0 3.600 1.800 1.800 0 0 0 0-3.600ZM5.500 9.200a1.800 1.800 0 1 0 0 3.600 1.800 1.800 0 0 0 0-3.600Z"
            }
            Self::SignOut => "M6 2.500H3v11h3M10.500 5l3 3-3 3M13.500 8H6",
            Self::Sun => {
                "M8 5.200a2.800 2.800 0 1 0 0 5.600 2.800 2.800 0 0 0 0-5.600ZM8 1.500v1.200M8 13.300v1.200M1.500 8h1.200M13.300 8h1.200M3.400 3.400l.9.9M11.700 11.700l.9.9M3.400 12.600l.9-.9M11.700 4.300l.9-.9"
            }
            Self::System => "M2 3h12v7.500H2zM5.500 13.500h5",
            Self::Tag => "M2 2.500h5.500L14 9l-5 5-7-6.500zM5 5.500h.010",
            Self::Team => {
                "M6 3a2.300 2.300 0 1 0 0 4.600A2.300 2.300 0 0 0 6 3ZM1.500 13c.3-2.300 2.100-3.500 4.500-3.500s4.200 1.200 4.500 3.500M10.500 3.300a2.200 2.200 0 0 1 0 4.100M12 9.800c1.500.5 2.300 1.600 2.500 3.200"
            }
            Self::Trash => {
                "M2.500 4.500h11M6 4.500V2.500h4v2M4 4.500l.6 9h6.800l.6-9M6.700 7v4M9.300 7v4"
            }
            Self::Trophy => {
                "M5 2.500h6V7a3 3 0 0 1-6 0ZM5 4H2.500c0 2 .8 3.200 2.600 3.400M11 4h2.500c0 2-.8 3.200-2.600 3.400M8 10v3M5.500 13.500h5"
            }
            Self::Up => "M8 13V3M4 7l4-4 4 4",
            Self::Warning => "M8 2.500 14.500 13.500h-13ZM8 6.500v3.200M8 11.700h.01",
        }
    }
}

/// An icon; what it means stands beside it or in the label of its button.
pub fn icon(icon: Icon) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            <path d=icon.path()/>
        </svg>
    }
}
