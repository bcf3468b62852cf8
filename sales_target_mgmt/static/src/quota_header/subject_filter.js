/** On whom a pipeline is filtered, read from the domain of its search. */

const FIELDS = ["user_id", "team_id"];

/**
 * What a domain says of salesperson and team, each for itself. Whatever else it demands is left
 * out: an alternative to it ("Sam's, or of this customer") says nothing of the salesperson.
 *
 * @param {Array} domain in prefix notation
 * @returns {{user_id: Array, team_id: Array, lost: boolean}} domains on the field (and what lies
 *      behind it, as in `user_id.login`), empty where nothing is said; `lost` when a condition
 *      on one of the fields could not be kept
 */
export function readSubjects(domain) {
    const { user_id, team_id } = Object.fromEntries(
        FIELDS.map((field) => [field, readField(domain, field)])
    );
    const lost = [user_id, team_id].some((part) => part.lost);
    return { user_id: user_id.terms, team_id: team_id.terms, lost };
}

/**
 * @param {Array} domain as `readSubjects` gives one
 * @returns {boolean} whether only records without a salesperson or team are wanted
 */
export function isUnassigned(domain) {
    return domain.length === 1 && domain[0][1] === "=" && domain[0][2] === false;
}

function readField(domain, field) {
    const terms = [...domain];
    let result = { terms: [], lost: false };
    while (terms.length) {
        result = both(result, readTerm(terms, field));
    }
    return result;
}

function readTerm(terms, field) {
    const term = terms.shift();
    if (term === "!") {
        const { terms: inner, lost, mixed } = readTerm(terms, field);
        // the contrary of what was only partly read says nothing
        return mixed
            ? { terms: [], lost: lost || inner.length > 0, mixed }
            : { terms: inner.length ? ["!", ...inner] : [], lost };
    }
    if (term === "&" || term === "|") {
        const left = readTerm(terms, field);
        const right = readTerm(terms, field);
        return term === "&" ? both(left, right) : either(left, right);
    }
    const path = Array.isArray(term) ? String(term[0]) : "";
    return path === field || path.startsWith(`${field}.`)
        ? { terms: [term], lost: false, mixed: false }
        : { terms: [], lost: false, mixed: true };
}

function both(left, right) {
    const joined = left.terms.length && right.terms.length;
    return {
        terms: [...(joined ? ["&"] : []), ...left.terms, ...right.terms],
        lost: left.lost || right.lost,
        mixed: left.mixed || right.mixed,
    };
}

function either(left, right) {
    const mixed = left.mixed || right.mixed;
    if (left.terms.length && right.terms.length) {
        return {
            terms: ["|", ...left.terms, ...right.terms],
            lost: left.lost || right.lost,
            mixed,
        };
    }
    return {
        terms: [],
        lost: left.lost || right.lost || left.terms.length + right.terms.length > 0,
        mixed,
    };
}
