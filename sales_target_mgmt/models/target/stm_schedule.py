from collections import defaultdict
from datetime import UTC
from zoneinfo import ZoneInfo

from odoo import api, models
from odoo.tools import SQL

from ...tools.workdays import WorkingDays

_ALL_DAYS = {(parity, day): [(0, 24)] for parity in (0, 1) for day in range(7)}


class StmSchedule(models.AbstractModel):
    """Working days of companies and people, many at once."""

    _name = "stm.schedule"
    _description = "Working Days of Companies and People"

    @api.model
    def _get_working_days(self, keys, date_from, date_to):
        """Working days by company and person, in two queries for any number of them.

        A company works by its calendar (`resource_calendar_id`) less the calendar's public
        holidays; a person with a resource in the company by the resource's own calendar, less
        the person's leave as well. Without working hours every day counts.

        :param keys: pairs (company id, user id or False)
        :return: {key: :class:`..tools.workdays.WorkingDays`}
        """
        keys = set(keys)
        if not keys:
            return {}
        calendars = self._read_calendars(keys)
        leaves = self._read_leaves(keys, calendars, date_from, date_to)
        result, cache = {}, {}
        for key in keys:
            calendar, zone, hours = calendars[key]
            absences = [
                (self._localize(start, zone), self._localize(end, zone))
                for scope in (("company", key[0], None), ("calendar", key[0], calendar), ("user", *key))
                for start, end in leaves.get(scope, ())
            ]
            # people without leave of their own share what is counted for their calendar
            same = (key[0], calendar, tuple(sorted(absences)))
            if same not in cache:
                cache[same] = WorkingDays(date_from, date_to, hours or _ALL_DAYS, absences)
            result[key] = cache[same]
        return result

    def _read_calendars(self, keys):
        """{key: (calendar id, time zone, hours)}; see :class:`WorkingDays` for the hours."""
        self.env["res.company"].flush_model(["resource_calendar_id"])
        for name in ("resource.resource", "resource.calendar", "resource.calendar.attendance"):
            self.env[name].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT k.company_id, NULLIF(k.user_id, 0), c.id, c.tz, c.two_weeks_calendar,
                       a.dayofweek, a.week_type, a.hour_from, a.hour_to
                FROM unnest(%s::integer[], %s::integer[]) AS k (company_id, user_id)
                JOIN res_company company ON company.id = k.company_id
                LEFT JOIN LATERAL (
                    SELECT calendar_id FROM resource_resource
                    WHERE user_id = k.user_id AND company_id = k.company_id
                    ORDER BY active DESC, id LIMIT 1
                ) r ON TRUE
                LEFT JOIN resource_calendar c
                    ON c.id = COALESCE(r.calendar_id, company.resource_calendar_id)
                LEFT JOIN resource_calendar_attendance a
                    ON a.calendar_id = c.id AND a.display_type IS NULL
                    AND a.day_period <> 'lunch' AND a.hour_to > a.hour_from
                """,
                [company for company, _user in keys],
                [user or 0 for _company, user in keys],
            )
        )
        result = {}
        for company, user, calendar, zone, two_weeks, day, parity, start, end in rows:
            hours = result.setdefault((company, user or False), (calendar, zone, defaultdict(list)))
            if day is None:
                continue
            weeks = (int(parity),) if two_weeks and parity is not None else (0, 1)
            for week in weeks:
                hours[2][week, int(day)].append((start, end))
        return result

    def _read_leaves(self, keys, calendars, date_from, date_to):
        """Leave that touches the days, by whom it concerns, in UTC.

        A leave without a calendar concerns its whole company, or every company.
        """
        self.env["resource.calendar.leaves"].flush_model()
        companies = {company for company, _user in keys}
        rows = self.env.execute_query(
            SQL(
                """
                SELECT l.company_id, l.calendar_id, r.user_id, r.company_id, l.date_from, l.date_to
                FROM resource_calendar_leaves l
                LEFT JOIN resource_resource r ON r.id = l.resource_id
                WHERE COALESCE(l.time_type, 'leave') = 'leave'
                    AND l.date_from < %s::date + 2 AND l.date_to > %s::date - 1
                    AND (l.resource_id IS NULL AND (l.calendar_id IS NULL OR l.calendar_id = ANY(%s))
                        OR r.user_id = ANY(%s))
                """,
                date_to,
                date_from,
                list({calendar for calendar, _zone, _hours in calendars.values() if calendar}),
                list({user for _company, user in keys if user}),
            )
        )
        leaves = defaultdict(list)
        for company, calendar, user, resource_company, start, end in rows:
            if user:
                for concerned in {resource_company} if resource_company else companies:
                    leaves["user", concerned, user].append((start, end))
                continue
            for concerned in {company} & companies if company else companies:
                scope = "calendar" if calendar else "company"
                leaves[scope, concerned, calendar].append((start, end))
        return leaves

    @staticmethod
    def _localize(moment, zone):
        return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone or "UTC")).replace(tzinfo=None)
