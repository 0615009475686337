// The API's description as a page: /openapi.json, by tag. Text is set as text, never as markup.
"use strict";

const METHODS = ["get", "head", "post", "put", "patch", "delete"];

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function table(heads, rows) {
  const made = element("table");
  const first = made.createTHead().insertRow();
  heads.forEach((head) => first.append(element("th", head)));
  const body = made.createTBody();
  rows.forEach((cells) => {
    const row = body.insertRow();
    cells.forEach((cell, at) => row.insertCell().append(at ? cell : element("code", cell)));
  });
  return made;
}

function kindOf(schema) {
  if (!schema) return "";
  if (schema.$ref) return schema.$ref.split("/").pop();
  if (schema.anyOf || schema.oneOf) return (schema.anyOf || schema.oneOf).map(kindOf).join(" | ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((one) => JSON.stringify(one)).join(" | ");
  if (schema.type === "array") return kindOf(schema.items) + "[]";
  return schema.type || "any";
}

function boundsOf(schema) {
  const names = ["minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "pattern", "default"];
  return names.filter((name) => schema[name] !== undefined).map((name) => `${name} ${JSON.stringify(schema[name])}`);
}

function fieldsOf(schema) {
  const needed = new Set(schema.required || []);
  return Object.entries(schema.properties || {}).map(([name, field]) => [
    name,
    kindOf(field) + (needed.has(name) ? ", required" : ""),
    [field.description || "", ...boundsOf(field)].filter(Boolean).join("; "),
  ]);
}

function contentOf(answer) {
  return Object.entries(answer.content || {}).map(([type, one]) => `${type} ${kindOf(one.schema)}`.trim()).join(", ");
}

function operation(path, method, one) {
  const box = element("details");
  const head = element("summary");
  head.append(element("span", method, "method"), element("code", path), ` ${one.summary || ""}`);
  box.append(head, element("p", one.description || "", "said"));
  const parameters = (one.parameters || []).map((each) => [
    each.name,
    `${each.in}, ${kindOf(each.schema)}${each.required ? ", required" : ""}`,
    each.description || "",
  ]);
  if (parameters.length) box.append(element("h4", "Parameters"), table(["name", "kind", "what"], parameters));
  if (one.requestBody) box.append(element("h4", "Body"), element("code", contentOf(one.requestBody)));
  const answers = Object.entries(one.responses || {}).map(([code, each]) => [
    code,
    contentOf(each),
    each.description || "",
  ]);
  box.append(element("h4", "Answers"), table(["status", "content", "what"], answers));
  return box;
}

function shape(name, schema) {
  const box = element("details");
  const head = element("summary");
  head.append(element("code", name));
  box.append(head, element("p", schema.description || "", "said"), table(["field", "kind", "what"], fieldsOf(schema)));
  return box;
}

function show(document_) {
  const page = document.getElementById("page");
  page.replaceChildren(element("p", document_.info.description, "said"));
  const tags = new Map((document_.tags || []).map((tag) => [tag.name, [element("h2", tag.name), element("p", tag.description)]]));
  Object.entries(document_.paths).forEach(([path, item]) =>
    METHODS.filter((method) => item[method]).forEach((method) => {
      const tag = (item[method].tags || ["service"])[0];
      if (!tags.has(tag)) tags.set(tag, [element("h2", tag)]);
      tags.get(tag).push(operation(path, method, item[method]));
    }),
  );
  tags.forEach((parts) => page.append(...parts));
  page.append(element("h2", "Shapes"));
  Object.entries(document_.components.schemas).sort().forEach(([name, schema]) => page.append(shape(name, schema)));
}

fetch("/openapi.json")
  .then((reply) => (reply.ok ? reply.json() : Promise.reject(new Error(`HTTP ${reply.status}`))))
  .then(show)
  .catch((error) => document.getElementById("page").replaceChildren(element("p", `/openapi.json: ${error.message}`)));
