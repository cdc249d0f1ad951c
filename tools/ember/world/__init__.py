"""Everything that Ember knows: generators of conversations, each with the one right answer."""
