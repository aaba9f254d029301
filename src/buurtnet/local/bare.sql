-- Takes away the databases that PostgreSQL comes with, and leaves only ours.
update pg_database set datistemplate = false;
drop database template0;
drop database template1;
drop database postgres;
