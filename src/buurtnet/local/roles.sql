-- The database, its three roles and PostGIS. Run by psql as a superuser; each statement may be run again.
--   buurtnet_owner   owns the tables, runs the migrations
--   buurtnet_web     the web processes: owns nothing, so that row-level security binds it
--   buurtnet_worker  the workers: owns nothing either
select format('create role %I login nosuperuser nocreatedb nocreaterole nobypassrls', name)
from unnest(array['buurtnet_owner', 'buurtnet_web', 'buurtnet_worker']) as name
where not exists (select from pg_roles where rolname = name)
\gexec

select 'create database buurtnet owner buurtnet_owner'
where not exists (select from pg_database where datname = 'buurtnet')
\gexec

\connect buurtnet

revoke all on database buurtnet from public;
grant connect on database buurtnet to buurtnet_web, buurtnet_worker;
grant usage on schema public to buurtnet_web, buurtnet_worker;
create extension if not exists postgis;
