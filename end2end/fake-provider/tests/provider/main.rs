//! The fake driven over real sockets: each class of behaviour proven from the client's side.

#[cfg(test)]
mod anthropic;
#[cfg(test)]
mod binary;
#[cfg(test)]
mod chat;
#[cfg(test)]
mod checks;
#[cfg(test)]
mod client;
#[cfg(test)]
mod connections;
#[cfg(test)]
mod embeddings;
#[cfg(test)]
mod endings;
#[cfg(test)]
mod gemini;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod ollama;
#[cfg(test)]
mod records;
#[cfg(test)]
mod responses;
#[cfg(test)]
mod retries;
#[cfg(test)]
mod servers;
#[cfg(test)]
mod streams;
#[cfg(test)]
mod writes;
