import { type Space } from '#libs/clickup';

/** ClickUp takes the settings of a Space only all together, so they are read and sent back as they are. */
export function settingsOf(space: Space) {
  const { features, color, private: hidden, admin_can_manage, multiple_assignees } = space;
  const { due_dates, ...rest } = features;
  const on = (name: Exclude<keyof typeof rest, never>) => ({ enabled: rest[name]?.enabled ?? false });
  return {
    color: color ?? '',
    private: hidden,
    admin_can_manage: admin_can_manage ?? false,
    multiple_assignees,
    features: {
      due_dates,
      time_tracking: on('time_tracking'),
      tags: on('tags'),
      time_estimates: on('time_estimates'),
      checklists: on('checklists'),
      custom_fields: on('custom_fields'),
      remap_dependencies: on('remap_dependencies'),
      dependency_warning: on('dependency_warning'),
      portfolios: on('portfolios'),
    },
  };
}

/** What a new Space can do: everything, as when a person makes one. */
export const ALL_ON = {
  multiple_assignees: true,
  features: {
    due_dates: { enabled: true, start_date: true, remap_due_dates: true, remap_closed_due_date: false },
    time_tracking: { enabled: true },
    tags: { enabled: true },
    time_estimates: { enabled: true },
    checklists: { enabled: true },
    custom_fields: { enabled: true },
    remap_dependencies: { enabled: true },
    dependency_warning: { enabled: true },
    portfolios: { enabled: true },
  },
};
