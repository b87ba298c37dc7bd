-- Finds people by the beginnings of words of their names; punctuation separates words.
create index profile_words on profile using gin (to_tsvector('simple', translate(search_text, '.-_@+/=', '       ')));
