-- What was set of the rules of an organisation ($1), newest first, at most $3; of one rule ($2) or of all.
-- What held before: the change before it, else as the rule came; nothing where this is how an own rule began.
with told as (
  select c.*, r.language, r.kind, r.pattern, r.organisation_id is not null as own, r.leads_to as came_as, r.most as came_most,
         lag(c.leads_to) over one as leads_before, lag(c.most) over one as most_before,
         row_number() over one as place, lead(c.id) over one is null as last
    from rule_change c join rule r on r.id = c.rule_id
   where c.organisation_id = $1 and ($2::int is null or c.rule_id = $2)
  window one as (partition by c.rule_id order by c.set_at, c.id)
)
select t.rule_id, t.language, t.kind, t.pattern,
       case when t.place > 1 then t.leads_before when not t.own then t.came_as end as before,
       case when t.place > 1 then t.most_before when not t.own then t.came_most end as before_most,
       t.leads_to as after, t.most as after_most, t.own, t.last, t.why, w.given_name as set_by, t.set_at
  from told t left join person w on w.id = t.set_by
 order by t.set_at desc, t.id desc
 limit $3
