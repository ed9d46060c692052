//! Members: the people of an organization.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_with::{apply, skip_serializing_none};
use validator::Validate;

use crate::{AnyOf, MemberId, Patch, Role, TeamId, UserId, list_query, patch, request, text_enum};

/// A member: a user in this organization, or a person imported who has no user yet.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Member {
    /// Id of the member.
    pub id: MemberId,
    /// The user who signs in as this member, if any.
    pub user_id: Option<UserId>,
    /// First and last name.
    pub name: String,
    /// E-mail address, unique in the organization.
    pub email: Option<String>,
    /// What the member is.
    pub role: Role,
    /// Number of the employee.
    pub employee_id: Option<String>,
    /// Department or office.
    pub department: Option<String>,
    /// The manager of this member.
    pub manager_id: Option<MemberId>,
    /// The team leader of this member.
    pub team_leader_id: Option<MemberId>,
    /// The team of this member.
    pub team_id: Option<TeamId>,
    /// Whether the member works here now.
    pub active: bool,
    /// When the member was added.
    pub created_at: DateTime<Utc>,
    /// When the member was changed last.
    pub updated_at: DateTime<Utc>,
    /// Grows by one with every change.
    pub version: i64,
}

/// Adds a person to the organization. They sign in once they have a user.
#[apply(Option => #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::given")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = json!({"name": "Ines Kowalczyk", "role": "agent", "department": "Sales"})))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateMember {
    /// First and last name.
    #[validate(length(min = 1, max = 200), custom(function = crate::one_line))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 200, example = "Anna Snelling")
    )]
    pub name: String,
    /// E-mail address, unique in the organization.
    #[validate(length(max = 254), custom(function = crate::email))]
    #[cfg_attr(feature = "openapi", schema(format = Email, max_length = 254))]
    pub email: Option<String>,
    /// What the member is.
    pub role: Role,
    /// Number of the employee.
    #[validate(length(min = 1, max = 64), custom(function = crate::one_line))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 64))]
    pub employee_id: Option<String>,
    /// Department or office.
    #[validate(length(min = 1, max = 100), custom(function = crate::one_line))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 100))]
    pub department: Option<String>,
    /// The manager of this member.
    pub manager_id: Option<MemberId>,
    /// The team leader of this member.
    pub team_leader_id: Option<MemberId>,
    /// The team of this member.
    pub team_id: Option<TeamId>,
}

patch! {
    /// Changes a member.
    #[cfg_attr(feature = "openapi", schema(example = json!({"department": "Key accounts"})))]
    pub struct UpdateMember {
        /// First and last name.
        #[validate(length(min = 1, max = 200), custom(function = crate::one_line))]
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
        pub name: Option<String>,
        /// What the member is; the last active administrator stays one.
        pub role: Option<Role>,
        /// E-mail address, unique in the organization.
        #[validate(length(max = 254), custom(function = crate::patched::email))]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = Email, max_length = 254))]
        pub email: Patch<String>,
        /// Number of the employee.
        #[validate(length(min = 1, max = 64))]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 1, max_length = 64))]
        pub employee_id: Patch<String>,
        /// Department or office.
        #[validate(length(min = 1, max = 100))]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 1, max_length = 100))]
        pub department: Patch<String>,
        /// The manager of this member; no cycles.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<MemberId>))]
        pub manager_id: Patch<MemberId>,
        /// The team leader of this member; no cycles.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<MemberId>))]
        pub team_leader_id: Patch<MemberId>,
        /// The team of this member.
        #[cfg_attr(feature = "openapi", schema(value_type = Option<TeamId>))]
        pub team_id: Patch<TeamId>,
    }

    /// A field of a member that can be emptied.
    pub enum MemberField {
        Email = "email" => email,
        EmployeeId = "employeeId" => employee_id,
        Department = "department" => department,
        ManagerId = "managerId" => manager_id,
        TeamLeaderId = "teamLeaderId" => team_leader_id,
        TeamId = "teamId" => team_id,
    }
}

text_enum! {
    /// What somebody takes over from a member who goes.
    pub enum HandedOver {
        Companies = "companies",
        Contacts = "contacts",
        Leads = "leads",
        /// Those that are still to be done.
        Activities = "activities",
        Deals = "deals",
        /// Those that others see too.
        SavedViews = "savedViews",
        /// Those that the member owns.
        Teams = "teams",
        /// The members of whom the member is manager or team leader.
        Reports = "reports",
    }
}

text_enum! {
    /// To whom goes what no successor is named for.
    pub enum Otherwise {
        /// To nobody, and so to the whole organization.
        Organization = "organization",
        /// To the team leader of the member, else to the manager; to nobody where there is neither.
        TeamLeader = "teamLeader",
    }
}

/// Makes structs with a field for each kind of what is handed over.
macro_rules! by_kind {
    ($({ $(#[$outer:meta])* $name:ident: $type:ty })+ with $fields:tt) => {
        $(by_kind! { @one $(#[$outer])* $name: $type; $fields })+
    };
    (@one $(#[$outer:meta])* $name:ident: $type:ty; { $($(#[$inner:meta])* $field:ident = $kind:ident,)+ }) => {
        $(#[$outer])*
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        pub struct $name {
            $($(#[$inner])* pub $field: $type,)+
        }

        impl $name {
            /// The field of a kind.
            #[must_use]
            pub const fn of(&self, kind: HandedOver) -> $type {
                match kind {
                    $(HandedOver::$kind => self.$field,)+
                }
            }

            /// The field of a kind, to be set.
            pub const fn of_mut(&mut self, kind: HandedOver) -> &mut $type {
                match kind {
                    $(HandedOver::$kind => &mut self.$field,)+
                }
            }
        }
    };
}

by_kind! {
    {
    /// How much of each kind a member has.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
    #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
    HandOverCounts: u64
    }
    {
    /// Who takes over each kind.
    #[apply(Option => #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::given")])]
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
    #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
    Successors: Option<MemberId>
    }
    with {
        /// Companies.
        companies = Companies,
        /// Contacts.
        contacts = Contacts,
        /// Leads.
        leads = Leads,
        /// Activities that are still to be done.
        activities = Activities,
        /// Deals.
        deals = Deals,
        /// Saved views that others see too.
        saved_views = SavedViews,
        /// Teams that the member owns.
        teams = Teams,
        /// Members of whom the member is manager or team leader.
        reports = Reports,
    }
}

/// What a member would hand over.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct HandOver {
    /// How much of each kind.
    pub counts: HandOverCounts,
    /// The team leader, else the manager, who could take over what no successor is named for.
    pub team_leader_id: Option<MemberId>,
    /// Name of that member.
    pub team_leader_name: Option<String>,
}

request! {
    /// Ends the work of a member here: sign-in stops at once, records go to somebody else.
    pub struct DeactivateMember {
        /// Who takes over whatever no successor of its own is named for.
        pub hand_over_to: Option<MemberId>,
        /// Who takes over what, kind by kind.
        pub successors: Option<Successors>,
        /// To whom the rest goes; to the whole organization unless said.
        pub otherwise: Option<Otherwise>,
    }
}

/// What a deactivation did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct MemberDeactivated {
    /// The member as it is now.
    pub member: Member,
    /// How many companies changed owner.
    pub companies: u64,
    /// How many contacts changed owner.
    pub contacts: u64,
    /// How many leads changed owner.
    pub leads: u64,
    /// How many activities that are still to be done changed owner.
    pub activities: u64,
    /// How many deals changed owner.
    pub deals: u64,
    /// How many saved views changed owner.
    #[serde(default)]
    pub saved_views: u64,
    /// How many teams changed owner.
    #[serde(default)]
    pub teams: u64,
    /// How many members have another manager or team leader.
    #[serde(default)]
    pub reports: u64,
}

text_enum! {
    /// What members are listed by.
    pub enum MemberSort {
        Name = "name",
        Role = "role",
        Department = "department",
        CreatedAt = "createdAt",
        UpdatedAt = "updatedAt",
    }
}

list_query! {
    /// Which members to list.
    pub struct ListMembers sort MemberSort {
        /// Any of these roles, separated by commas.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>, example = "agent,salesRep"))]
        role: AnyOf<Role>,
        /// Any of these managers.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
        manager_id: AnyOf<MemberId>,
        /// Any of these team leaders.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
        team_leader_id: AnyOf<MemberId>,
        /// Any of these teams.
        #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
        team_id: AnyOf<TeamId>,
        /// This department.
        department: String,
        /// Only those who work here now (`true`) or no more (`false`).
        active: bool,
    }
}
