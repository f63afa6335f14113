//! One method of a resource: its request, its arguments, its response.

use super::Lower;
use super::value::{Role, Shaped};
use crate::model::{Docs, Http, MethodKind, Operation, Response, ResponseForm, Shape};
use crate::names;
use crate::notation::{self, Mark, RequestLine};
use crate::span::Sp;
use crate::syntax::{Article, Effect, Method, Resource};

impl<'a> Lower<'a, '_> {
    pub(super) fn operation(
        &mut self,
        article: Article,
        resource_name: &'a Sp<String>,
        resource: &'a Resource,
        method_name: &'a Sp<String>,
        method: &'a Method,
    ) -> Operation {
        if !names::is_slug(method_name) {
            self.diagnostics
                .malformed_name(method_name.span, "method", method_name);
        }
        for tag in &method.tags {
            self.tag(tag);
        }
        self.each_once("tag", resource.tags.iter().chain(&method.tags));
        let kind = MethodKind::of(method_name);
        let line = self.request_line(&method.http);
        let http = line.as_ref().map(|line| line.http);
        let host = self.host(method.host.as_ref(), method.http.span);
        let path = line.as_ref().map(|line| &line.path);
        let path = path.map_or_else(Vec::new, |path| {
            self.path(path, method.http.span, &method.path)
        });
        let response = self.response(kind, method_name, method);
        let pagination = self.pagination_of(method, response.form);
        let effect = self.effect(kind, http, method_name, method);
        if let (Effect::Read, Some(Sp { value: true, span })) = (effect, method.destructive) {
            self.diagnostics.read_that_destroys(span, method_name);
        }
        let mut arguments = self.arguments(method, line.as_ref(), host);
        self.list_arguments(method, kind, response.form, pagination, &mut arguments.args);
        self.arguments_have_names(&arguments.args);
        Operation {
            name: self.name(article, resource_name, resource, method_name, method),
            aliases: self.aliases(&method.aliases),
            deprecated: self.deprecated(method.deprecated.as_ref()),
            span: method_name.span,
            resource: resource_name.value.clone(),
            method: method_name.value.clone(),
            kind,
            effect,
            idempotent: method
                .idempotent
                .as_deref()
                .copied()
                .unwrap_or(effect != Effect::Create),
            destructive: method
                .destructive
                .as_deref()
                .copied()
                .unwrap_or(matches!(effect, Effect::Update | Effect::Delete)),
            open_world: method.open_world,
            tags: tags(resource, method),
            http: http.unwrap_or(Http::Get),
            host,
            path,
            query: arguments.query,
            headers: arguments.headers,
            args: arguments.args,
            body: arguments.body,
            response,
            pagination,
            docs: method.docs.as_ref().map(|docs| Docs {
                span: docs.span,
                title: docs.title.clone(),
                description: docs.description.clone(),
                returns: docs.returns.clone(),
                source: docs.source.clone(),
                sample: docs.sample.clone(),
            }),
            tool: None,
        }
    }

    fn name(
        &mut self,
        article: Article,
        resource_name: &Sp<String>,
        resource: &Resource,
        method_name: &Sp<String>,
        method: &Method,
    ) -> String {
        if let Some(name) = &method.name {
            if !names::is_slug(name) {
                self.diagnostics.malformed_name(name.span, "tool", name);
            } else if names::is_reserved(name) {
                self.diagnostics.reserved_name(name.span, name);
            }
            return name.value.clone();
        }
        let singular = match &resource.singular {
            Some(singular) => {
                if !names::is_slug(singular) {
                    self.diagnostics
                        .malformed_name(singular.span, "singular", singular);
                }
                singular.value.clone()
            }
            None => names::singular(resource_name),
        };
        let kind = MethodKind::of(method_name);
        names::tool_name(
            self.definition.slug,
            article,
            resource_name,
            &singular,
            kind,
            method_name,
        )
    }

    /// None where it cannot be read; nothing else is said of the request then.
    fn request_line<'t>(&mut self, line: &'t Sp<String>) -> Option<RequestLine<'t>> {
        notation::request_line(line)
            .map_err(|problem| self.diagnostics.malformed_request_line(line.span, &problem))
            .ok()
    }

    /// What a method does follows from its name, and must agree with its HTTP method: agents and
    /// filters rely on it.
    fn effect(
        &mut self,
        kind: MethodKind,
        http: Option<Http>,
        name: &Sp<String>,
        method: &Method,
    ) -> Effect {
        let by_name = match kind {
            MethodKind::List | MethodKind::Get => Some(Effect::Read),
            MethodKind::Create => Some(Effect::Create),
            MethodKind::Update => Some(Effect::Update),
            MethodKind::Delete => Some(Effect::Delete),
            MethodKind::Custom => None,
        };
        let span = method
            .effect
            .as_ref()
            .map_or(name.span, |effect| effect.span);
        let said = method.effect.as_deref().copied();
        if let (Some(by_name), Some(said)) = (by_name, said)
            && by_name != said
        {
            self.diagnostics
                .effect_contradicts_name(span, name.span, name);
        }
        let Some(effect) = said.or(by_name) else {
            self.diagnostics.missing_effect(name.span, name);
            return Effect::Update;
        };
        let reads = effect == Effect::Read;
        match http {
            Some(Http::Get) if !reads => self.diagnostics.get_that_writes(method.http.span, span),
            // A search by POST reads; that it does is said in so many words.
            Some(Http::Post) if reads && said.is_none() => {
                self.diagnostics
                    .read_that_writes(method.http.span, span, "POST");
            }
            Some(Http::Put | Http::Patch | Http::Delete) if reads => {
                let verb = method.http.split(' ').next().unwrap_or_default();
                self.diagnostics
                    .read_that_writes(method.http.span, span, verb);
            }
            _ => {}
        }
        effect
    }

    fn response(&mut self, kind: MethodKind, name: &Sp<String>, method: &'a Method) -> Response {
        let Some(response) = &method.response else {
            if matches!(kind, MethodKind::List | MethodKind::Get) {
                self.diagnostics.missing_response(name.span, name);
            }
            if let Some(sample) = method.docs.as_ref().and_then(|docs| docs.sample.as_ref()) {
                self.diagnostics
                    .sample_without_response(sample.span, name.span);
            }
            let form = ResponseForm::Empty;
            return Response {
                span: name.span,
                at: Sp::new(Vec::new(), name.span),
                form,
                shape: Shape::Any,
            };
        };
        let marks = notation::type_expression(&response.ty)
            .map(|ty| ty.marks)
            .unwrap_or_default();
        let Shaped { shape, .. } = self.typed(&response.ty, None, Role::Answer);
        let missing_is_empty = response.may_be_missing;
        let (form, shape) = match (shape, marks.as_slice()) {
            (Shape::Array { items, .. }, [Mark::List]) => {
                (ResponseForm::Rows { missing_is_empty }, *items)
            }
            (shape, []) if kind == MethodKind::List => (ResponseForm::RowOfOne, shape),
            (shape, []) => (ResponseForm::Record, shape),
            (shape, _) => {
                self.diagnostics
                    .response_of_collections(response.ty.span, &response.ty);
                (ResponseForm::Record, shape)
            }
        };
        if !matches!(shape, Shape::Named(_) | Shape::Any) {
            self.diagnostics
                .response_is_not_declared(response.ty.span, &response.ty);
        }
        if response.may_be_missing && !matches!(form, ResponseForm::Rows { .. }) {
            self.diagnostics
                .missing_without_rows(response.ty.span, &response.ty);
        }
        let at = match &response.at {
            Some(at) => self.spanned_place(at),
            None => Sp::new(Vec::new(), response.ty.span),
        };
        Response {
            span: response.ty.span,
            at,
            form,
            shape,
        }
    }

    fn pagination_of(&mut self, method: &'a Method, form: ResponseForm) -> Option<usize> {
        let name = method.pagination.as_ref()?;
        if !matches!(form, ResponseForm::Rows { .. }) {
            self.diagnostics.pagination_without_rows(name.span);
        }
        let (declared, _) = self.resolve(&self.definition.pagination, "pagination", name)?;
        self.used.pagination.push(declared);
        self.definition
            .pagination
            .iter()
            .position(|(name, _)| name.value == declared)
    }
}

fn tags(resource: &Resource, method: &Method) -> Vec<String> {
    let mut tags: Vec<String> = resource
        .tags
        .iter()
        .chain(&method.tags)
        .map(|tag| tag.value.clone())
        .collect();
    tags.sort();
    tags
}
