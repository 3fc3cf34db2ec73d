//! The questions of the first round (protocols §5.3, phase A), and the answers to them.

use futures::future::{join, join_all};
use models::detection::ServerKind;
use url::Url;

use super::{
    address::Address,
    inquiry::{Answer, Inquiry, KeyHeader},
};
use crate::caller::below;

/// A question that takes no key along, unless it is for the list of models of a kind known already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Question {
    /// The page at the root, for Ollama's words there.
    Root,
    OllamaVersion,
    OllamaTags,
    Props,
    LmStudio,
    LmStudioOld,
    KoboldCpp,
    Info,
    LocalAi,
    Webui,
    LiteLlm,
    Version,
}

impl Question {
    pub(super) const ALL: [Self; 12] = [
        Self::Root,
        Self::OllamaVersion,
        Self::OllamaTags,
        Self::Props,
        Self::LmStudio,
        Self::LmStudioOld,
        Self::KoboldCpp,
        Self::Info,
        Self::LocalAi,
        Self::Webui,
        Self::LiteLlm,
        Self::Version,
    ];

    const fn path(self) -> &'static str {
        match self {
            Self::Root => "",
            Self::OllamaVersion => "api/version",
            Self::OllamaTags => "api/tags",
            Self::Props => "props",
            Self::LmStudio => "api/v1/models",
            Self::LmStudioOld => "api/v0/models",
            Self::KoboldCpp => "api/extra/version",
            Self::Info => "info",
            Self::LocalAi => ".well-known/localai.json",
            Self::Webui => "v1/internal/model/info",
            Self::LiteLlm => "health/readiness",
            Self::Version => "version",
        }
    }

    /// Where it is put.
    pub(super) fn url(self, root: &Url) -> Url {
        path_below(root, self.path())
    }

    /// The one for the list of models, where a kind has a list of its own.
    pub(super) const fn list_of(kind: ServerKind) -> Option<Self> {
        match kind {
            ServerKind::Ollama => Some(Self::OllamaTags),
            _ => None,
        }
    }

    /// Those that tell facts or the version of a kind that is known already.
    pub(super) const fn about(kind: ServerKind) -> &'static [Self] {
        match kind {
            ServerKind::Ollama => &[Self::OllamaTags, Self::OllamaVersion],
            ServerKind::LmStudio => &[Self::LmStudio, Self::LmStudioOld],
            ServerKind::LlamaCpp => &[Self::Props],
            ServerKind::Vllm => &[Self::Version],
            ServerKind::LocalAi => &[Self::LocalAi, Self::Version],
            ServerKind::Tgi => &[Self::Info],
            ServerKind::KoboldCpp => &[Self::KoboldCpp],
            ServerKind::TextGenerationWebui => &[Self::Webui],
            ServerKind::LiteLlm => &[Self::LiteLlm],
            _ => &[],
        }
    }
}

/// A list of models that was asked for.
#[derive(Debug, Clone)]
pub(super) struct List {
    /// The base URL it belongs to.
    pub(super) base: Url,
    /// How the key went along.
    pub(super) key: KeyHeader,
    pub(super) answer: Answer,
}

/// All answers of a round.
#[derive(Debug, Clone, Default)]
pub(super) struct Answers {
    /// Lists of models, best base first.
    pub(super) lists: Vec<List>,
    pub(super) others: Vec<(Question, Answer)>,
}

impl Answers {
    pub(super) fn to(&self, question: Question) -> Option<&Answer> {
        self.others.iter().find(|(asked, _)| *asked == question).map(|(_, answer)| answer)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Answer> {
        let lists = self.lists.iter().map(|list| &list.answer);
        lists.chain(self.others.iter().map(|(_, answer)| answer))
    }
}

impl Inquiry<'_> {
    /// Puts all questions at once. Those that share their address with a list are answered by it. The
    /// key goes to lists, and to `own_list` as one of them.
    pub(super) async fn ask_all(
        &self,
        address: &Address,
        key: KeyHeader,
        questions: &[Question],
        own_list: Option<Question>,
    ) -> Answers {
        let deadline = self.deadline();
        let list_urls: Vec<Url> =
            address.bases.iter().map(|base| below(base, &["models"])).collect();
        let lists = list_urls
            .iter()
            .map(|url| self.get(url.clone(), key, self.limits.model_list, deadline));
        let alone = questions.iter().filter(|asked| !list_urls.contains(&asked.url(&address.root)));
        let others = alone.map(|question| async {
            let url = question.url(&address.root);
            let key = if own_list == Some(*question) { key } else { KeyHeader::None };
            (*question, self.get(url, key, self.room(*question), deadline).await)
        });
        let (lists, mut others) = join(join_all(lists), join_all(others)).await;
        for question in questions {
            let url = question.url(&address.root);
            if let Some(shared) = list_urls.iter().position(|list| *list == url) {
                others.push((*question, lists[shared].clone()));
            }
        }
        let lists = address.bases.iter().zip(lists);
        let lists = lists.map(|(base, answer)| List { base: base.clone(), key, answer }).collect();
        Answers { lists, others }
    }

    fn room(&self, question: Question) -> usize {
        match question {
            Question::OllamaTags | Question::LmStudio | Question::LmStudioOld => {
                self.limits.model_list
            }
            _ => self.limits.probe_body,
        }
    }
}

/// A path with slashes below an address.
pub(super) fn path_below(root: &Url, path: &str) -> Url {
    below(root, &path.split('/').collect::<Vec<_>>())
}
