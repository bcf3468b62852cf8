from decimal import Decimal

from odoo import models
from odoo.tools import format_date, format_list, formatLang

from ..tools import ability
from .stm_ability_match import WEIGHTS

# what a reason names at most
NAMED = 3


class StmAbilityMatch(models.TransientModel):
    """What scores are made of, and why somebody is suggested, in words."""

    _inherit = "stm.ability.match"

    def _get_matrix(self):
        """{`tasks`: [{id, name, user}], `people`: [{id, name, cells: [{score, parts}]}]}.

        A part has `label`, `text`, `value`, `weight` and `points`: value × weight over the sum of
        the weights that count for the task.
        """
        people, lines = self.user_ids._origin, list(self.line_ids)
        weights, labels = self._get_weights(), self._get_labels()
        columns = self._rate(people.ids, [line.res_id for line in lines])
        return {
            "tasks": [
                {"id": line.res_id, "name": line.name, "user": line.user_id._origin.id or 0} for line in lines
            ],
            "people": [
                {
                    "id": user.id,
                    "name": user.name,
                    "cells": [self._get_cell(column, at, weights, labels) for column in columns],
                }
                for at, user in enumerate(people)
            ],
        }

    def _get_labels(self):
        return {name: self._fields[field]._description_string(self.env) for name, field in WEIGHTS.items()}

    def _get_cell(self, column, at, weights, labels):
        score, values, facts = column.scores[at], column.values[at], column.facts[at]
        whole = sum(weights[name] for name in column.used)
        return {
            "score": None if score is None else float(score),
            "parts": [
                {
                    "label": labels[name],
                    "text": self._describe_fact(name, facts[name]),
                    "value": float(values[name] or 0),
                    "weight": float(weights[name]),
                    "points": float(100 * (values[name] or 0) * weights[name] / whole),
                }
                for name in column.used
            ],
        }

    def _give_reasons(self, lines, people, columns):
        """Write beside each task why it is given so, and what else could have been."""
        positions = {user: at for at, user in enumerate(people)}
        for line, column in zip(lines, columns, strict=True):
            where = positions.get(line.user_id._origin)
            texts = self._describe_choice(line, lines, people, column.scores)
            if where is not None:
                facts = column.facts[where]
                texts.insert(0, "; ".join(self._describe_fact(name, facts[name]) for name in column.used))
            line.reason = "\n".join(text for text in texts if text)
        self.message = self._describe_open(lines, people)

    def _describe_choice(self, line, lines, people, scores):
        """Who would fit as well or better, and why a task is open."""
        user = line.user_id._origin
        rated = [(score, one) for score, one in zip(scores, people, strict=True) if score is not None]
        if not rated:
            return [self.env._("Nothing is known of anybody for this.")]
        if not user:
            return [self._describe_vacancy(line, rated)]
        own = next((score for score, one in rated if one == user), Decimal(0))
        texts = []
        for score, other in sorted(rated, key=lambda pair: -pair[0]):
            if other == user or score < own or len(texts) == NAMED:
                continue
            tasks = [one.name for one in lines if one.user_id._origin == other]
            values = {
                "person": other.name,
                "score": round(score),
                "tasks": ", ".join(f"“{task}”" for task in tasks),
            }
            if tasks and score > own:
                texts.append(
                    self.env._(
                        "%(person)s fits better (%(score)s), and does more good at %(tasks)s.", **values
                    )
                )
            elif score > own:
                texts.append(self.env._("%(person)s would fit better (%(score)s).", **values))
            else:
                texts.append(self.env._("%(person)s fits as well (%(score)s).", **values))
        return texts

    def _describe_vacancy(self, line, rated):
        if line.pinned:
            return self.env._("Left open by hand.")
        score, nearest = max(rated, key=lambda pair: pair[0])
        values = {"minimum": round(self.minimum), "person": nearest.name, "score": round(score)}
        if score <= 0 or score < self.minimum:
            return self.env._(
                "Nobody reaches %(minimum)s; the nearest is %(person)s with %(score)s.", **values
            )
        return self.env._(
            "All who fit have as many tasks as one person may take; %(person)s would have %(score)s.",
            **values,
        )

    def _describe_open(self, lines, people):
        """What stands in the way of a suggestion."""
        if not lines:
            return (
                self.env._("No territory of this division is vacant: choose all of them, or single ones.")
                if self.kind == "territory"
                else self.env._("Choose a plan in preparation that is divided by product category.")
            )
        if not people:
            return self.env._("Choose the people among whom the tasks are given.")
        texts = []
        profiled = self.env["stm.ability"].search(
            [("company_id", "=", self.company_id.id), ("user_id", "in", people.ids)]
        )
        if unknown := people - profiled.user_id:
            names = format_list(self.env, unknown[:NAMED].mapped("name"))
            more = len(unknown) - NAMED
            texts.append(
                self.env._("%(names)s and %(count)s more have no ability profile.", names=names, count=more)
                if more > 0
                else self.env._("No ability profile yet: %s.", names)
            )
        if names := [line.name for line in lines if not line.user_id]:
            texts.append(self.env._("Nobody is suggested for: %s.", format_list(self.env, names)))
        return "\n".join(texts) or False

    def _describe_fact(self, name, fact):
        """A few words about one criterion."""
        return getattr(self, f"_describe_{name}")(fact)

    def _describe_skill(self, fact):
        judged = {skill: level for skill, level in fact["levels"] if level is not None}
        if not judged:
            return self.env._("skills not judged")
        skills = self.env["stm.skill"].browse(judged)
        names = format_list(self.env, [f"{skill.name} {judged[skill.id]}" for skill in skills])
        unjudged = len(fact["levels"]) - len(judged)
        mean = formatLang(self.env, fact["value"] * ability.SCALE, digits=1)
        if unjudged:
            return self.env._(
                "skills %(mean)s of 5 (%(names)s; %(count)s not judged)",
                mean=mean,
                names=names,
                count=unjudged,
            )
        return self.env._("skills %(mean)s of 5 (%(names)s)", mean=mean, names=names)

    def _describe_result(self, fact):
        if fact["attainment"] is not None:
            return self.env._("attained %s %% of the target there", round(100 * fact["attainment"]))
        if fact["share"]:
            return self.env._("sold %s %% of what was sold there", round(100 * fact["share"]))
        return self.env._("has sold nothing there")

    def _describe_experience(self, fact):
        if fact["years"] is None:
            return self.env._("experience not entered")
        return self.env._("%s years in sales", formatLang(self.env, fact["years"], digits=1))

    def _describe_ramp(self, fact):
        if fact["value"] == 1:
            return self.env._("carries a full quota")
        since = format_date(self.env, fact["since"])
        return self.env._(
            "here since %(date)s: carries %(share)s %% of a quota",
            date=since,
            share=round(100 * fact["value"]),
        )

    def _describe_stay(self, fact):
        return self.env._("is there already") if fact["value"] else self.env._("would be new there")

    def _describe_load(self, fact):
        if self.kind == "category":
            return self.env._("other parts of the plan: %s", fact["count"])
        return self.env._("customers elsewhere: %s", fact["count"])
