//! Whether every operator of a template pays for what it walks, read from the tree that minijinja compiles.
//!
//! The guards are put in by the looks of the tokens; this is what makes them sure.

use super::guard::{LISTED, WEIGHED};
use minijinja::machinery::ast::{BinOpKind, Call, CallArg, CompareOpKind, Expr, Macro, Stmt};

/// How many products may follow one another.
const PRODUCTS_MAX: usize = 8;

/// How many operators that are `like` stand one on the left of the other.
fn chain(mut expression: &Expr<'_>, like: fn(BinOpKind) -> bool) -> usize {
    let mut length = 0;
    while let Expr::BinOp(it) = expression
        && like(it.op)
    {
        (expression, length) = (&it.left, length + 1);
    }
    length
}

/// Whether each operand in `statement` that an operator walks has its guard.
pub(super) fn is_guarded(statement: &Stmt<'_>) -> bool {
    match statement {
        Stmt::Template(it) => all(&it.children),
        Stmt::EmitExpr(it) => expr(&it.expr),
        Stmt::EmitRaw(_) | Stmt::Continue(_) | Stmt::Break(_) => true,
        Stmt::ForLoop(it) => {
            target(&it.target)
                && pays(&it.iter, LISTED)
                && expr(&it.iter)
                && it.filter_expr.iter().all(expr)
                && all(&it.body)
                && all(&it.else_body)
        }
        Stmt::IfCond(it) => expr(&it.expr) && all(&it.true_body) && all(&it.false_body),
        Stmt::WithBlock(it) => it.assignments.iter().all(|(to, from)| target(to) && expr(from)) && all(&it.body),
        Stmt::Set(it) => target(&it.target) && expr(&it.expr),
        Stmt::SetBlock(it) => target(&it.target) && it.filter.iter().all(expr) && all(&it.body),
        Stmt::AutoEscape(it) => expr(&it.enabled) && all(&it.body),
        Stmt::FilterBlock(it) => expr(&it.filter) && all(&it.body),
        Stmt::Block(it) => all(&it.body),
        Stmt::Import(it) => expr(&it.expr),
        Stmt::FromImport(it) => expr(&it.expr),
        Stmt::Extends(it) => expr(&it.name),
        Stmt::Include(it) => expr(&it.name),
        Stmt::Macro(it) => is_macro(it),
        Stmt::CallBlock(it) => call(&it.call) && is_macro(&it.macro_decl),
        Stmt::Do(it) => call(&it.call),
    }
}

fn all(statements: &[Stmt<'_>]) -> bool {
    statements.iter().all(is_guarded)
}

fn is_macro(it: &Macro<'_>) -> bool {
    it.args.iter().all(target) && it.defaults.iter().all(expr) && all(&it.body)
}

/// What is assigned to: names, and lists of them.
fn target(target: &Expr<'_>) -> bool {
    match target {
        Expr::Var(_) => true,
        Expr::GetAttr(it) => expr(&it.expr),
        Expr::List(it) => it.items.iter().all(self::target),
        Expr::Tuple(it) => it.items.iter().all(self::target),
        _ => false,
    }
}

fn arg(argument: &CallArg<'_>) -> bool {
    match argument {
        CallArg::Pos(it) | CallArg::Kwarg(_, it) | CallArg::PosSplat(it) | CallArg::KwargSplat(it) => expr(it),
    }
}

fn expr(expression: &Expr<'_>) -> bool {
    match expression {
        Expr::Var(_) | Expr::Const(_) => true,
        Expr::Slice(it) => {
            pays(&it.expr, LISTED) && expr(&it.expr) && [&it.start, &it.stop, &it.step].into_iter().flatten().all(expr)
        }
        Expr::UnaryOp(it) => expr(&it.expr),
        Expr::BinOp(it) => binary(it.op, &it.left, &it.right) && expr(&it.left) && expr(&it.right),
        Expr::Compare(it) => {
            let left = std::iter::once(&it.expr).chain(it.ops.iter().map(|next| &next.expr));
            left.zip(&it.ops).all(|(left, next)| compares(is_search(next.op), left, &next.expr))
                && expr(&it.expr)
                && it.ops.iter().all(|next| expr(&next.expr))
        }
        Expr::IfExpr(it) => expr(&it.test_expr) && expr(&it.true_expr) && it.false_expr.iter().all(expr),
        Expr::Filter(it) => it.expr.iter().all(expr) && it.args.iter().all(arg),
        Expr::Test(it) => expr(&it.expr) && it.args.iter().all(arg),
        Expr::GetAttr(it) => expr(&it.expr),
        Expr::GetItem(it) => pays(&it.subscript_expr, WEIGHED) && expr(&it.expr) && expr(&it.subscript_expr),
        Expr::Call(it) => call(it),
        Expr::List(it) => it.items.iter().all(expr),
        Expr::Tuple(it) => it.items.iter().all(expr),
        Expr::Map(it) => it.keys.iter().all(|key| pays(key, WEIGHED) && expr(key)) && it.values.iter().all(expr),
    }
}

/// A function walks nothing, a method may.
fn call(it: &Call<'_>) -> bool {
    let paid = |argument: &CallArg<'_>| match argument {
        CallArg::Pos(it) | CallArg::Kwarg(_, it) | CallArg::PosSplat(it) | CallArg::KwargSplat(it) => pays(it, WEIGHED),
    };
    let is_method = matches!(it.expr, Expr::GetAttr(_));
    expr(&it.expr) && it.args.iter().all(arg) && (!is_method || it.args.iter().all(paid))
}

fn is_search(op: CompareOpKind) -> bool {
    matches!(op, CompareOpKind::In | CompareOpKind::NotIn)
}

fn binary(op: BinOpKind, left: &Expr<'_>, right: &Expr<'_>) -> bool {
    // An operator may follow its like: what the one on the left made was paid for by its own operands.
    let chained = |most, filter, like: fn(BinOpKind) -> bool| {
        pays(right, filter) && (pays(left, filter) || (1..=most).contains(&chain(left, like)))
    };
    match op {
        BinOpKind::Eq | BinOpKind::Ne | BinOpKind::Lt | BinOpKind::Lte | BinOpKind::Gt | BinOpKind::Gte => {
            compares(false, left, right)
        }
        BinOpKind::In => compares(true, left, right),
        BinOpKind::Concat => chained(usize::MAX, WEIGHED, |op| matches!(op, BinOpKind::Concat)),
        BinOpKind::Add => chained(usize::MAX, LISTED, |op| matches!(op, BinOpKind::Add | BinOpKind::Sub)),
        // A list is repeated anew at each of these whenever it is walked.
        BinOpKind::Mul => chained(PRODUCTS_MAX, LISTED, |op| {
            matches!(op, BinOpKind::Mul | BinOpKind::Div | BinOpKind::FloorDiv | BinOpKind::Rem)
        }),
        // Of truth only the first item matters, and the others take numbers.
        BinOpKind::ScAnd
        | BinOpKind::ScOr
        | BinOpKind::Sub
        | BinOpKind::Div
        | BinOpKind::FloorDiv
        | BinOpKind::Rem
        | BinOpKind::Pow => true,
    }
}

/// Against a word or a number nothing is walked, unless that is searched for.
fn compares(is_search: bool, left: &Expr<'_>, right: &Expr<'_>) -> bool {
    let scalar = |side: &Expr<'_>| matches!(side, Expr::Const(_));
    (!is_search && (scalar(left) || scalar(right))) || (pays(left, WEIGHED) && pays(right, WEIGHED))
}

/// Whether `operand` is a word, a number, truth, or given to the filter `name`.
fn pays(operand: &Expr<'_>, name: &str) -> bool {
    match operand {
        // Tests and signs before an operand make truth and numbers.
        Expr::Const(_) | Expr::Test(_) | Expr::UnaryOp(_) => true,
        Expr::Filter(it) => it.name == name,
        _ => false,
    }
}
