/** On whom a pipeline is filtered, read from the domain of its search. */

const FIELDS = ["user_id", "team_id"];

/**
 * @param {Array} domain in prefix notation
 * @returns {{user_id?: number[], team_id?: number[]}} the salespeople and the teams to whom every
 *      record of the domain belongs, as far as the domain says it by id
 */
export function readSubjects(domain) {
    const terms = [...domain];
    let result = {};
    while (terms.length) {
        result = both(result, readTerm(terms));
    }
    return result;
}

function readTerm(terms) {
    const term = terms.shift();
    if (term === "!") {
        readTerm(terms);
        return {};
    }
    if (term === "&" || term === "|") {
        const left = readTerm(terms);
        const right = readTerm(terms);
        return term === "&" ? both(left, right) : either(left, right);
    }
    return readCondition(term);
}

function readCondition([field, operator, value]) {
    if (!FIELDS.includes(field) || !["=", "in"].includes(operator)) {
        return {};
    }
    const ids = [value].flat();
    return ids.length && ids.every(Number.isInteger) ? { [field]: ids } : {};
}

function both(left, right) {
    const result = { ...left };
    for (const [field, ids] of Object.entries(right)) {
        result[field] = result[field] ? result[field].filter((id) => ids.includes(id)) : ids;
    }
    return result;
}

function either(left, right) {
    const result = {};
    for (const field of FIELDS) {
        if (left[field] && right[field]) {
            result[field] = [...new Set([...left[field], ...right[field]])];
        }
    }
    return result;
}
